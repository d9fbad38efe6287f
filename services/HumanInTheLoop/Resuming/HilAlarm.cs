namespace AiTeams.HumanInTheLoop.Resuming;

/// <summary>Wakes this process's duties when something was written for them: the engine hears of an answer, and people of its end, without waiting for a look.</summary>
internal sealed class HilAlarm : IDisposable
{
    private readonly SemaphoreSlim _resumptions = new(0, 1);
    private readonly SemaphoreSlim _deliveries = new(0, 1);
    private readonly SemaphoreSlim _replies = new(0, 1);

    public void Ring()
    {
        Release(_resumptions);
        Release(_deliveries);
        Release(_replies);
    }

    public Task ForResumptionsAsync(TimeSpan atMost, CancellationToken cancellationToken) => _resumptions.WaitAsync(atMost, cancellationToken);

    public Task ForDeliveriesAsync(TimeSpan atMost, CancellationToken cancellationToken) => _deliveries.WaitAsync(atMost, cancellationToken);

    public Task ForRepliesAsync(TimeSpan atMost, CancellationToken cancellationToken) => _replies.WaitAsync(atMost, cancellationToken);

    public void Dispose()
    {
        _resumptions.Dispose();
        _deliveries.Dispose();
        _replies.Dispose();
    }

    private static void Release(SemaphoreSlim one)
    {
        try
        {
            one.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
