using AiTeams.Testing;

namespace AiTeams.Crash.Tests;

/// <summary>Starts anew each engine that has ended, whoever wanted it to: one that finds it was declared dead ends by itself.</summary>
internal sealed class Supervisor(IReadOnlyList<ServiceProcess> engines) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>How often it had to.</summary>
    public int Started { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _turn.WaitAsync(CancellationToken.None);
            foreach (var engine in engines.Where(engine => !engine.IsRunning))
            {
                Started++;
                await engine.LaunchAsync();
            }

            _turn.Release();
            await Task.WhenAny(Task.Delay(Interval, cancellationToken));
        }
    }

    public async Task KillAsync(ServiceProcess engine)
    {
        await _turn.WaitAsync();
        await engine.KillAsync();
        _turn.Release();
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Waits until all of them serve.</summary>
    public async Task AllServeAsync() => await Eventually.AssertAsync(
        async () =>
        {
            await Task.WhenAll(engines.Select(engine => engine.WaitUntilHealthyAsync(StartLimit)));
            return true;
        },
        StartLimit, "all engines serve");
}
