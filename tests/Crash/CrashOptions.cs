using System.Globalization;

namespace AiTeams.Crash.Tests;

/// <summary>
/// How large and how long. Without environment variables a sample for every test run; <c>CRASH_EXECUTIONS</c>, <c>CRASH_SECONDS</c> (for so
/// long executions are started and processes killed) and <c>CRASH_SEED</c> make more of it, or the same again.
/// </summary>
internal sealed record CrashOptions(int Executions, TimeSpan Duration, int Seed)
{
    // So many that times can be told as a distribution, on a machine that has nothing else to do.
    private const int Large = 1000;

    /// <summary>How fast work goes on is asserted too. A sample runs beside whatever else is tested, and only tells.</summary>
    public bool IsLarge => Executions >= Large;

    public static CrashOptions FromEnvironment() => new(
        Number("CRASH_EXECUTIONS", 300),
        TimeSpan.FromSeconds(Number("CRASH_SECONDS", 20)),
        Number("CRASH_SEED", Random.Shared.Next(1, 1_000_000)));

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
