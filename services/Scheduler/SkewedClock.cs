namespace AiTeams.Scheduler;

/// <summary>A clock that is wrong by <c>Clock:Skew</c>, as a machine's may be: tests run schedulers that disagree about the time. Sleeping is not affected.</summary>
internal sealed class SkewedClock(TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
}

internal static class ClockRegistration
{
    /// <summary>Without the setting the clock is the system's.</summary>
    public static void AddClock(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<TimeSpan?>("Clock:Skew") is { } skew)
        {
            builder.Services.AddSingleton<TimeProvider>(new SkewedClock(skew));
        }
    }
}
