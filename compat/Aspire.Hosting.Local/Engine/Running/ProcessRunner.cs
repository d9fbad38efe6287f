using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

/// <summary>Runs one project or executable: all its replicas, their health, their restarts.</summary>
internal sealed class ProcessRunner(IResource resource, bool isJob, EngineContext engine) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Replica[] _replicas = [.. Enumerable.Range(0, Replicas.Of(resource)).Select(_ => new Replica())];

    // A service is to stay: somebody asks for its health, and nobody waits for its end.
    private readonly bool _isService = !isJob && resource.Annotations.OfType<HttpHealthCheck>().Any();
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private Task? _announcing;

    public IResource Resource => resource;

    public bool IsRunning => !_running.IsCompleted;

    public void Start()
    {
        _stopping.Dispose();
        _stopping = new CancellationTokenSource();
        _announcing = null;
        _running = RunAsync(_stopping.Token);
    }

    /// <summary>Ends it and does not start it again.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_replicas.Select(replica => replica.Child).OfType<ChildProcess>().Select(async child =>
        {
            if (!await child.StopAsync(engine.Settings.StopPatience))
            {
                engine.Log.Say($"{resource.Name}: did not stop within {engine.Settings.StopPatience.TotalSeconds:0.#} s and was killed");
            }
        }));
        await _running;
    }

    public void Kill()
    {
        foreach (var child in _replicas.Select(replica => replica.Child).OfType<ChildProcess>())
        {
            child.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a handler or the start throws is why this resource does not run; the others do.")]
    private async Task RunAsync(CancellationToken stopping)
    {
        var proxies = new List<TcpProxy>();
        try
        {
            await Dependencies.WaitAsync(resource, engine, stopping);
            await engine.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, engine.Services), stopping);
            engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.Starting));
            if (_replicas.Length > 1)
            {
                proxies.AddRange(resource.Annotations.OfType<EndpointAnnotation>()
                    .Select(endpoint => new TcpProxy(endpoint.AllocatedPort!.Value, endpoint.ReplicaPorts)));
            }

            await Task.WhenAll(_replicas.Select((_, index) => SuperviseAsync(index, stopping)));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.Exited, Reason: "it was stopped"));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            foreach (var proxy in proxies)
            {
                await proxy.DisposeAsync();
            }

            await engine.Eventing.PublishAsync(
                new ResourceStoppedEvent(resource, engine.Services, engine.Board.ToEvent(resource.Name)), CancellationToken.None);
        }
    }

    private async Task SuperviseAsync(int index, CancellationToken stopping)
    {
        var name = _replicas.Length == 1 ? resource.Name : $"{resource.Name}-{index}";
        for (var restarts = 0; ;)
        {
            var lived = Stopwatch.StartNew();
            var code = await RunOnceAsync(index, name, stopping);
            if (stopping.IsCancellationRequested || !_isService)
            {
                End(name, code, stopping.IsCancellationRequested);
                return;
            }

            restarts = lived.Elapsed > engine.Settings.StableAfter ? 1 : restarts + 1;
            if (restarts > engine.Settings.RestartsInARow)
            {
                engine.Log.Say($"{name}: ended with exit code {code}; it has ended {restarts} times in a row and is not started again");
                Report(index, state => state with { IsHealthy = false });
                engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.Exited, ExitCode: code, Reason: $"ended {restarts} times in a row, last with exit code {code}"));
                return;
            }

            var delay = Backoff.Delay(restarts, engine.Settings);
            engine.Log.Say($"{name}: ended unexpectedly with exit code {code}; starting it again in {delay.TotalSeconds:0.#} s ({restarts} of {engine.Settings.RestartsInARow})");
            await Task.Delay(delay, stopping);
        }
    }

    private async Task<int> RunOnceAsync(int index, string name, CancellationToken stopping)
    {
        var started = Stopwatch.StartNew();
        var environment = await ProcessEnvironment.OfAsync(resource, index, Environment.GetEnvironmentVariables(), engine.Execution, stopping);
        var (command, folder) = ProcessCommand.Of(resource);
        var arguments = await ProcessEnvironment.ArgumentsOfAsync(resource, stopping);
        var child = await ChildProcess.StartAsync(engine.Spawner, [.. command, .. arguments], folder, environment, line => engine.Log.Line(name, line));
        engine.RunFile.Add(name, child.Identity);
        Report(index, _ => new ReplicaState(child, IsHealthy: false));
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watching = WatchHealthAsync(index, name, started, gone.Token);
        if (stopping.IsCancellationRequested)
        {
            _ = child.StopAsync(engine.Settings.StopPatience); // the stop may have passed before there was a child to stop
        }

        var code = await child.Exited;
        await gone.CancelAsync();
        await watching;
        engine.RunFile.Remove(name);
        Report(index, _ => new ReplicaState(null, IsHealthy: false));
        return code;
    }

    private async Task WatchHealthAsync(int index, string name, Stopwatch started, CancellationToken gone)
    {
        using var probe = new HealthProbe(resource, index);
        var nextWord = TimeSpan.FromSeconds(10);
        var failures = 0;
        try
        {
            while (true)
            {
                var complaint = probe.HasChecks ? await probe.ComplaintAsync(gone) : null;
                var was = _replicas[index].State.IsHealthy;
                failures = complaint is null ? 0 : failures + 1;
                if (complaint is null && !was)
                {
                    engine.Log.Say($"{name}: {(probe.HasChecks ? "healthy" : "running")} after {started.Elapsed.TotalSeconds:0.0} s{UrlText()}");
                    Report(index, state => state with { IsHealthy = true });
                }
                else if (was && failures == 2)
                {
                    engine.Log.Say($"{name}: no longer healthy: {complaint}");
                    Report(index, state => state with { IsHealthy = false });
                }
                else if (!was && started.Elapsed > nextWord)
                {
                    engine.Log.Say($"{name}: not healthy yet after {started.Elapsed.TotalSeconds:0} s: {complaint}");
                    nextWord = started.Elapsed * 2;
                }

                if (!probe.HasChecks)
                {
                    return;
                }

                await Task.Delay(complaint is null ? engine.Settings.HealthyPoll : engine.Settings.Unhealthy(started.Elapsed), gone);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ended.
        }
    }

    private void Fail(Exception exception)
    {
        engine.Log.Say($"{resource.Name}: not started: {exception.Message}");
        engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.FailedToStart, Reason: exception.Message));
    }

    private string UrlText() => EndpointsFile.UrlOf(resource) is { } url ? $" at {url}" : "";

    private void End(string name, int code, bool stopped)
    {
        if (!stopped)
        {
            engine.Log.Say(code == 0 ? $"{name}: finished" : $"{name}: ended with exit code {code}");
        }

        engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.Finished, ExitCode: code));
    }

    // The first time all replicas are healthy the handlers run, and only then whoever waits for the resource goes on.
    private void Report(int index, Func<ReplicaState, ReplicaState> change)
    {
        lock (_gate)
        {
            _replicas[index].State = change(_replicas[index].State);
            if (!_replicas.All(replica => replica.State.IsHealthy))
            {
                var state = _replicas.All(replica => replica.State.Child is null) ? KnownResourceStates.Starting
                    : _announcing is null ? KnownResourceStates.Running : KnownResourceStates.RuntimeUnhealthy;
                engine.Board.Set(resource, new ResourceStatus(state));
            }
            else if (_announcing is { IsCompleted: true })
            {
                engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.Running, IsReady: true));
            }
            else
            {
                _announcing ??= AnnounceAsync();
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A handler that fails is why this resource is not ready; the host goes on.")]
    private async Task AnnounceAsync()
    {
        await Task.Yield(); // out of the lock
        try
        {
            await engine.Eventing.PublishAsync(new ResourceReadyEvent(resource, engine.Services), CancellationToken.None);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }

        lock (_gate)
        {
            if (_replicas.All(replica => replica.State.IsHealthy))
            {
                engine.Board.Set(resource, new ResourceStatus(KnownResourceStates.Running, IsReady: true));
            }
        }
    }

    private sealed record ReplicaState(ChildProcess? Child, bool IsHealthy);

    private sealed class Replica
    {
        public ReplicaState State { get; set; } = new(null, false);

        public ChildProcess? Child => State.Child;
    }
}
