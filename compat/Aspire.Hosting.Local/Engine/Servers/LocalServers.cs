using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace AiTeams.LocalHosting;

/// <summary>PostgreSQL, RabbitMQ and Redis as native processes, through the scripts in deploy/local.</summary>
internal sealed partial class LocalServers(IReadOnlyCollection<IResource> resources, EngineContext engine, PortReservation? ports) : IDisposable
{
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, string> _environment = Describe(resources, engine.State, ports);
    private readonly ContainerResource[] _servers = [.. resources.OfType<ContainerResource>()];
    private readonly Dictionary<string, TaskCompletionSource> _up = new[] { "pg", "rabbit", "redis" }.ToDictionary(name => name, _ => new TaskCompletionSource());
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public bool Any => _servers.Length > 0;

    public string Script => Path.Combine(engine.State.ScriptFolder, "servers.sh");

    /// <summary>Passwords are in here and nowhere on a command line.</summary>
    public IReadOnlyDictionary<string, string> Variables => _environment;

    public void Start() => _running = RunAsync(_stopping.Token);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        if (Any)
        {
            await RunScriptAsync("servers.sh", ["down"], CancellationToken.None);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private static string ShortName(IResource server) => server switch
    {
        PostgresServerResource => "pg",
        RabbitMQServerResource => "rabbit",
        RedisResource => "redis",
        _ => throw LocalMode.Refuse($"the container '{server.Name}'"),
    };

    private static Dictionary<string, string> Describe(IEnumerable<IResource> resources, LocalState state, PortReservation? ports)
    {
        var variables = ProcessEnvironment.Base(Environment.GetEnvironmentVariables());
        variables["LOCAL_DATA"] = Path.Combine(state.Folder, "servers");
        variables["LOCAL_RABBIT_PLUGINS"] = "";
        foreach (var resource in resources)
        {
            switch (resource)
            {
                case PostgresServerResource postgres:
                    CheckUser(postgres.Name, postgres.UserNameParameter, "postgres");
                    variables["LOCAL_PG_PORT"] = PortOf(postgres, "tcp");
                    variables["LOCAL_PG_PASSWORD"] = postgres.PasswordParameter.Current;
                    break;
                case RedisResource redis:
                    variables["LOCAL_REDIS_PORT"] = PortOf(redis, "tcp");
                    variables["LOCAL_REDIS_PASSWORD"] = redis.PasswordParameter!.Current;
                    break;
                case RabbitMQServerResource rabbit:
                    CheckUser(rabbit.Name, rabbit.UserNameParameter, "aiteams");
                    variables["LOCAL_RABBIT_PORT"] = PortOf(rabbit, "tcp");
                    variables["LOCAL_RABBIT_PASSWORD"] = rabbit.PasswordParameter.Current;
                    variables["LOCAL_RABBIT_DIST_PORT"] = Free($"{rabbit.Name}.distribution");
                    variables["LOCAL_RABBIT_PROM_PORT"] = Free($"{rabbit.Name}.metrics");
                    variables["LOCAL_EPMD_PORT"] = Free($"{rabbit.Name}.epmd");
                    if (new EndpointReference(rabbit, "management").Exists)
                    {
                        variables["LOCAL_RABBIT_PLUGINS"] = "rabbitmq_management,rabbitmq_prometheus";
                        variables["LOCAL_RABBIT_MGMT_PORT"] = PortOf(rabbit, "management");
                    }

                    break;
                default:
                    break;
            }
        }

        return variables;

        string PortOf(IResourceWithEndpoints owner, string endpoint) =>
            new EndpointReference(owner, endpoint) is { IsAllocated: true } known
                ? known.Port.ToString(CultureInfo.InvariantCulture)
                : state.Ports.Get($"{owner.Name}.{endpoint}") ?? "0";

        // Without a reservation the servers of an earlier run are meant: on the ports they had.
        string Free(string name) => ports?.Free(name).ToString(CultureInfo.InvariantCulture) ?? state.Ports.Get(name) ?? "0";
    }

    private static void CheckUser(string server, ParameterResource? user, string only)
    {
        if (user is not null && user.Current != only)
        {
            throw LocalMode.Refuse($"the user name '{user.Current}' for {server} (its servers know '{only}')");
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is why the servers are not there; the host says so and goes on.")]
    private async Task RunAsync(CancellationToken stopping)
    {
        if (!Any)
        {
            return;
        }

        try
        {
            foreach (var server in _servers)
            {
                engine.Board.Set(server, new ResourceStatus(KnownResourceStates.Starting));
            }

            await InstallAsync(stopping);
            var starting = RunScriptAsync("servers.sh", ["up", .. _servers.Select(ShortName)], stopping, NoteReady);
            await Task.WhenAll(_servers.Select(server => WatchAsync(server, starting, stopping)));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping; the script that stops them waits for one that may still be starting them.
        }
        catch (Exception exception)
        {
            engine.Log.Say(exception.Message);
            foreach (var server in _servers)
            {
                engine.Board.Set(server, new ResourceStatus(KnownResourceStates.FailedToStart, Reason: exception.Message));
            }
        }
    }

    private async Task InstallAsync(CancellationToken stopping)
    {
        if (!File.Exists(Script))
        {
            throw new DistributedApplicationException($"{Script} is not there: without it no server can be started.");
        }

        if (await RunScriptAsync("install.sh", ["--check"], stopping, quiet: true) != 0
            && await RunScriptAsync("install.sh", [], stopping) is var code and not 0)
        {
            throw new DistributedApplicationException($"The servers are not installed (install.sh ended with {code}); its last lines say what to do.");
        }
    }

    // One script starts all of them and says of each when it is up, which need not wait for the slowest. A server answers earlier
    // than that: a new PostgreSQL while it is still being set up.
    private async Task WatchAsync(ContainerResource server, Task<int> starting, CancellationToken stopping)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        await Task.WhenAny(starting, _up[ShortName(server)].Task).WaitAsync(stopping);
        if (starting.IsCompleted && await starting is var code and not 0)
        {
            throw new DistributedApplicationException($"{server.Name} did not start: servers.sh ended with {code}.");
        }

        while (!await ServerProbe.AnswersAsync(server, stopping))
        {
            await Task.Delay(engine.Settings.StartingPoll, stopping);
        }

        engine.Log.Say($"{server.Name}: ready after {started.Elapsed.TotalSeconds:0.0} s on port {new EndpointReference(server, "tcp").Port}");
        await engine.Eventing.PublishAsync(new ResourceReadyEvent(server, engine.Services), stopping);
        engine.Board.Set(server, new ResourceStatus(KnownResourceStates.Running, IsReady: true));
        await starting;
        await KeepAsync(server, stopping);
    }

    private void NoteReady(string line)
    {
        if (ReadyLine().Match(line) is { Success: true } match)
        {
            _up[match.Groups[1].Value switch { "postgresql" => "pg", "rabbitmq" => "rabbit", var same => same }].TrySetResult();
        }
    }

    [GeneratedRegex(@"(postgresql|rabbitmq|redis): (?:already )?up\b")]
    private static partial Regex ReadyLine();

    private async Task KeepAsync(ContainerResource server, CancellationToken stopping)
    {
        for (var restarts = 0; ;)
        {
            await Task.Delay(Watching, stopping);
            if (await ServerProbe.ListensAsync(server, stopping) || await ServerProbe.ListensAsync(server, stopping))
            {
                continue;
            }

            if (++restarts > engine.Settings.RestartsInARow)
            {
                engine.Log.Say($"{server.Name}: does not stay up and is not started again");
                engine.Board.Set(server, new ResourceStatus(KnownResourceStates.Exited, Reason: "it does not stay up"));
                return;
            }

            var delay = Backoff.Delay(restarts, engine.Settings);
            engine.Log.Say($"{server.Name}: no longer answers; starting it again in {delay.TotalSeconds:0.#} s");
            engine.Board.Set(server, new ResourceStatus(KnownResourceStates.RuntimeUnhealthy));
            await Task.Delay(delay, stopping);
            if (await RunScriptAsync("servers.sh", ["up", ShortName(server)], stopping) == 0 && await ServerProbe.AnswersAsync(server, stopping))
            {
                engine.Log.Say($"{server.Name}: ready again");
                engine.Board.Set(server, new ResourceStatus(KnownResourceStates.Running, IsReady: true));
                restarts = 0;
            }
        }
    }

    private async Task<int> RunScriptAsync(string script, string[] arguments, CancellationToken cancellationToken, Action<string>? onLine = null, bool quiet = false)
    {
        var environment = new Dictionary<string, string>(_environment);
        if (script == "install.sh" && Environment.GetEnvironmentVariables() is { } inherited)
        {
            // Packages may come through a proxy, as everything else in this shell does.
            foreach (var name in inherited.Keys.Cast<string>().Where(name => name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase) || name == "CI"))
            {
                environment[name] = (string?)inherited[name] ?? "";
            }
        }

        var child = await ChildProcess.StartAsync(
            engine.Spawner,
            ["bash", Path.Combine(engine.State.ScriptFolder, script), .. arguments],
            engine.State.Root,
            environment,
            line =>
            {
                onLine?.Invoke(line);
                if (!quiet)
                {
                    engine.Log.Line("servers", line);
                }
            });
        return await child.Exited.WaitAsync(cancellationToken);
    }
}
