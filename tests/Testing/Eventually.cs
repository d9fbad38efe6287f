using System.Diagnostics;
using Xunit.Sdk;

namespace AiTeams.Testing;

/// <summary>Waits for conditions, for tests of what happens by itself.</summary>
public static class Eventually
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks until the answer is yes. Past the deadline the test fails, naming <paramref name="what"/>, with what the services wrote last.</summary>
    /// <param name="condition">May throw as long as the deadline lies ahead; the last exception is part of the failure.</param>
    public static async Task AssertAsync(Func<Task<bool>> condition, TimeSpan deadline, string what)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = FirstPause;
        Exception? last;
        do
        {
            try
            {
                if (await condition())
                {
                    return;
                }

                last = null;
            }
            catch (Exception ex)
            {
                last = ex;
            }

            await Task.Delay(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        while (Stopwatch.GetElapsedTime(started) < deadline);

        throw new XunitException($"Not within {deadline}: {what}.{ServiceOutput.RecentOfAll()}", last);
    }

    /// <summary>The same for a condition without waiting of its own.</summary>
    public static Task AssertAsync(Func<bool> condition, TimeSpan deadline, string what)
        => AssertAsync(() => Task.FromResult(condition()), deadline, what);
}
