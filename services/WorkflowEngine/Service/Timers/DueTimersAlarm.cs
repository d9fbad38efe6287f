namespace AiTeams.WorkflowEngine.Timers;

/// <summary>Lets whoever writes a timer keep the duty that fires them from oversleeping it.</summary>
internal sealed class DueTimersAlarm : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0);
    private long _sleepingUntilTicks = long.MaxValue;

    /// <summary>Says that a timer will be due then.</summary>
    public void Expect(DateTimeOffset dueAt)
    {
        if (dueAt.UtcTicks < Interlocked.Read(ref _sleepingUntilTicks))
        {
            _wake.Release();
        }
    }

    /// <summary>Sleeps until then, or less when an earlier timer is announced.</summary>
    public async Task SleepUntilAsync(DateTimeOffset until, TimeProvider clock, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _sleepingUntilTicks, until.UtcTicks);
        if (until - clock.GetUtcNow() is { Ticks: > 0 } left)
        {
            await _wake.WaitAsync(left, cancellationToken);
        }
    }

    public void Dispose() => _wake.Dispose();
}
