using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AiTeams.LocalHosting;

/// <summary>The engine's times; each can be set as <c>LocalHosting:&lt;name&gt;</c>, in seconds.</summary>
internal sealed record EngineSettings
{
    /// <summary>Between two looks at a resource that is still starting.</summary>
    public TimeSpan StartingPoll { get; init; } = TimeSpan.FromMilliseconds(150);

    public TimeSpan HealthyPoll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first wait before a restart; it doubles up to <see cref="LongestRestartDelay"/>.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestRestartDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Who has lived this long has recovered: the next end counts as the first.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between SIGTERM and SIGKILL.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(6);

    public int RestartsInARow { get; init; } = 5;

    /// <summary>Fast while a start is likely to be over soon, then in no hurry.</summary>
    public TimeSpan Unhealthy(TimeSpan since) => since < TimeSpan.FromSeconds(15) ? StartingPoll : StartingPoll * 7;

    public static EngineSettings From(IConfiguration configuration)
    {
        var defaults = new EngineSettings();
        return defaults with
        {
            StartingPoll = Read(nameof(StartingPoll), defaults.StartingPoll),
            HealthyPoll = Read(nameof(HealthyPoll), defaults.HealthyPoll),
            RestartDelay = Read(nameof(RestartDelay), defaults.RestartDelay),
            LongestRestartDelay = Read(nameof(LongestRestartDelay), defaults.LongestRestartDelay),
            StableAfter = Read(nameof(StableAfter), defaults.StableAfter),
            StopPatience = Read(nameof(StopPatience), defaults.StopPatience),
        };

        TimeSpan Read(string name, TimeSpan standard) => configuration[$"LocalHosting:{name}"] is { } text
            ? TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture))
            : standard;
    }
}
