using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AiTeams.LocalHosting;

/// <summary>Brings the whole model up, keeps it up, and takes it down in order.</summary>
internal sealed class LocalEngine(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext execution,
    IDistributedApplicationEventing eventing,
    LocalState state,
    StatusBoard board,
    EngineSettings settings,
    IConfiguration configuration,
    IServiceProvider services) : IHostedService, IDisposable
{
    private readonly Stopwatch _elapsed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, ProcessRunner> _runners = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Task> _background = [];
    private HostLock? _lock;
    private Watcher? _watcher;
    private LocalServers? _servers;
    private EngineContext? _context;

    private IReadOnlyCollection<IResource> Resources => [.. model.Resources];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _elapsed.Start();
        _lock = HostLock.Take(state);
        var log = new ConsoleLog(state.Logs, [.. Resources.Where(resource => resource is not ParameterResource).Select(resource => resource.Name), "servers"], Console.Out, ConsoleLog.TerminalWantsColours);
        _context = new EngineContext(state, settings, board, log, new RunFile(state.RunFile), new Spawner(), eventing, execution, services);
        try
        {
            await PrepareAsync(_context, cancellationToken);
        }
        catch
        {
            await StopAsync(CancellationToken.None);
            throw;
        }

        _servers!.Start();
        _background.AddRange(Resources.OfType<PostgresDatabaseResource>().Select(database => Databases.RunAsync(database, _context, _stopping.Token)));
        foreach (var runner in _runners.Values.Where(runner => StartsByItself(runner.Resource)))
        {
            runner.Start();
        }

        _background.Add(AnnounceAsync(_context, _stopping.Token));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_context is not { } context)
        {
            _lock?.Dispose();
            return;
        }

        var stopping = Stopwatch.StartNew();
        _context = null;
        if (_watcher is not null)
        {
            context.Log.Say("stopping");
        }

        File.Delete(state.EndpointsFile);
        await _stopping.CancelAsync();
        foreach (var group in StopOrder.Of(Resources))
        {
            await Task.WhenAll(group.Select(resource => _runners.GetValueOrDefault(resource.Name)).OfType<ProcessRunner>().Select(runner => runner.StopAsync()));
        }

        if (_servers is not null)
        {
            await _servers.StopAsync();
        }

        await Task.WhenAll(_background);
        if (_watcher is not null)
        {
            await _watcher.DismissAsync();
            context.Log.Say($"everything stopped in {stopping.Elapsed.TotalSeconds:0.0} s");
        }

        context.RunFile.Delete();
        context.Spawner.Dispose();
        await context.Log.DisposeAsync();
        _lock?.Dispose();
    }

    /// <summary>No more patience: processes die now; the watcher, which sees this host end, shuts the servers down.</summary>
    public void KillAtOnce()
    {
        foreach (var runner in _runners.Values)
        {
            runner.Kill();
        }
    }

    public async Task<ExecuteCommandResult> ExecuteAsync(string resourceId, string commandName, CancellationToken cancellationToken)
    {
        if (!_runners.TryGetValue(resourceId, out var runner))
        {
            return new ExecuteCommandResult { Success = false, Message = $"{resourceId} is no process that could be started or stopped." };
        }

        switch (commandName)
        {
            case "resource-start" when runner.IsRunning:
                return new ExecuteCommandResult { Success = false, Message = $"{resourceId} is running already." };
            case "resource-start":
                runner.Start();
                break;
            case "resource-stop":
                await runner.StopAsync().WaitAsync(cancellationToken);
                break;
            case "resource-restart":
                await runner.StopAsync().WaitAsync(cancellationToken);
                runner.Start();
                break;
            default:
                return new ExecuteCommandResult { Success = false, Message = $"There is no command '{commandName}'." };
        }

        return new ExecuteCommandResult { Success = true };
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _servers?.Dispose();
        _watcher?.Dispose();
        _lock?.Dispose();
    }

    private static bool StartsByItself(IResource resource) => !resource.Annotations.OfType<ExplicitStart>().Any();

    /// <summary>Somebody waits for its end: it is to end, and is not started again.</summary>
    private bool IsJob(IResource resource) => model.Resources.SelectMany(other => other.Annotations.OfType<WaitAnnotation>())
        .Any(wait => wait.WaitType == WaitType.WaitForCompletion && wait.Resource == resource);

    private async Task PrepareAsync(EngineContext context, CancellationToken cancellationToken)
    {
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
        ModelRules.Check(Resources);
        foreach (var parameter in Resources.OfType<ParameterResource>())
        {
            _ = parameter.Current; // a missing value is said now and not when somebody needs it
            board.Set(parameter, new ResourceStatus(KnownResourceStates.Running, IsReady: true));
        }

        using (var before = new LocalServers(Resources, context, ports: null))
        {
            await PreviousRun.CleanUpAsync(state, context.Log, before.StopAsync, cancellationToken);
        }

        using (var ports = new PortReservation(state, configuration))
        {
            ports.Allocate(Resources);
            _servers = new LocalServers(Resources, context, ports);
        }

        foreach (var resource in Resources.OfType<IResourceWithEndpoints>())
        {
            await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken);
        }

        foreach (var resource in Resources.OfType<IResourceWithConnectionString>())
        {
            await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken);
        }

        _watcher = Watcher.Start(state, _servers.Variables, _servers.Any ? _servers.Script : null);
        context.RunFile.Add("watcher", _watcher.Identity);
        foreach (var resource in Resources.Where(resource => resource is ProjectResource or ExecutableResource))
        {
            _runners[resource.Name] = new ProcessRunner(resource, IsJob(resource), context);
        }
    }

    private async Task AnnounceAsync(EngineContext context, CancellationToken stopping)
    {
        try
        {
            var expected = Resources.Where(resource => StartsByItself(resource)).ToArray();
            var reached = await Task.WhenAll(expected.Select(resource => board.WaitAsync(
                resource.Name, status => status.IsTerminal || (status.IsReady && !IsJob(resource)), stopping)));
            var failed = expected.Zip(reached).Where(pair => !pair.Second.IsReady && pair.Second.ExitCode != 0).ToArray();
            if (failed.Length > 0)
            {
                context.Log.Say($"not healthy: {string.Join("; ", failed.Select(pair => $"{pair.First.Name} ({pair.Second.Describe()})"))}");
                context.Log.Say($"the lines above say more, as do the files in {state.Logs}; Ctrl+C stops what runs");
                return;
            }

            await EndpointsFile.WriteAsync(state, Resources, configuration, stopping);
            context.Log.Say($"all healthy in {_elapsed.Elapsed.TotalSeconds:0.0} s");
            foreach (var resource in Resources)
            {
                SayUrls(context, resource);
            }

            context.Log.Say("Ctrl+C stops everything");
        }
        catch (OperationCanceledException)
        {
            // Stopped before everything was up.
        }
    }

    private static void SayUrls(EngineContext context, IResource resource)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.IsExternal && endpoint.UriScheme == "http"))
        {
            var url = new ResourceUrlAnnotation { Url = new EndpointReference((IResourceWithEndpoints)resource, endpoint.Name).Url };
            foreach (var custom in resource.Annotations.OfType<EndpointUrlCallback>().Where(custom => custom.EndpointName == endpoint.Name))
            {
                custom.Callback(url);
            }

            context.Log.Say($"{url.DisplayText ?? resource.Name}: {new Uri(new Uri($"http://{endpoint.TargetHost}:{endpoint.AllocatedPort}"), url.Url)}");
        }

        foreach (var url in resource.Annotations.OfType<ResourceUrlAnnotation>())
        {
            context.Log.Say($"{url.DisplayText ?? resource.Name}: {url.Url}");
        }
    }
}
