using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Xunit;

namespace AiTeams.Testing;

/// <summary>
/// Everything a test class may need, each part made when first asked for and removed after the last test:
/// <c>public sealed class RunWorkflowTests(TestEnvironment environment) : IClassFixture&lt;TestEnvironment&gt;</c>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes fixtures through IAsyncLifetime.")]
public sealed class TestEnvironment : IAsyncLifetime
{
    // A service may call any other one, also one that is started after it: each has its address from the beginning.
    private static readonly string[] ServiceNames = ["gateway", "workflow-engine", "scheduler", "human-in-the-loop", "memory", "integrations"];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, (int Http, int Grpc)> _addresses = ServiceNames.ToDictionary(name => name, _ => (FreePorts.Take(), FreePorts.Take()));
    private readonly HashSet<string> _occupied = [];
    private readonly Dictionary<Type, RunningService> _hosts = [];
    private readonly Stack<RunningService> _services = new();
    private TestDatabase? _database;
    private TestBroker? _broker;
    private TestRedis? _redis;

    public Task<TestDatabase> DatabaseAsync() => InTurnAsync(GetDatabaseAsync);

    public Task<TestBroker> BrokerAsync() => InTurnAsync(GetBrokerAsync);

    public Task<TestRedis> RedisAsync() => InTurnAsync(GetRedisAsync);

    /// <summary>
    /// The service in this process, one for all tests of the class: asked for again it is the same, and the options of the first time count.
    /// </summary>
    /// <typeparam name="TEntryPoint">Any type of the service's assembly.</typeparam>
    public Task<ServiceHost<TEntryPoint>> HostAsync<TEntryPoint>(ServiceOptions? options = null) => InTurnAsync(async () =>
    {
        if (!_hosts.TryGetValue(typeof(TEntryPoint), out var host))
        {
            _hosts[typeof(TEntryPoint)] = host = await StartHostAsync<TEntryPoint>(options);
        }

        return (ServiceHost<TEntryPoint>)host;
    });

    /// <summary>Another instance in this process, on its own ports.</summary>
    public Task<ServiceHost<TEntryPoint>> NewHostAsync<TEntryPoint>(ServiceOptions? options = null)
        => InTurnAsync(() => StartHostAsync<TEntryPoint>(options));

    /// <summary>Another instance, as a process.</summary>
    public Task<ServiceProcess> NewProcessAsync<TEntryPoint>(ServiceOptions? options = null) => InTurnAsync(async () =>
    {
        var assembly = typeof(TEntryPoint).Assembly;
        var (http, grpc) = TakeAddress(assembly);
        return Keep(await ServiceProcess.StartAsync(assembly, http, grpc, await SettingsAsync(assembly, options ?? ServiceOptions.Default)));
    });

    /// <summary>The configuration a service gets, for one that is started in another way.</summary>
    public Task<IReadOnlyDictionary<string, string>> SettingsForAsync<TEntryPoint>(ServiceOptions? options = null)
        => InTurnAsync(() => SettingsAsync(typeof(TEntryPoint).Assembly, options ?? ServiceOptions.Default));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        while (_services.TryPop(out var service))
        {
            await service.DisposeAsync();
        }

        foreach (var part in new IAsyncDisposable?[] { _broker, _redis, _database })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _turn.Dispose();
    }

    private async Task<ServiceHost<TEntryPoint>> StartHostAsync<TEntryPoint>(ServiceOptions? options)
    {
        options ??= ServiceOptions.Default;
        var assembly = typeof(TEntryPoint).Assembly;
        var (http, grpc) = TakeAddress(assembly);
        return Keep(await ServiceHost<TEntryPoint>.StartAsync(http, grpc, await SettingsAsync(assembly, options), options.Services));
    }

    private async Task<IReadOnlyDictionary<string, string>> SettingsAsync(Assembly assembly, ServiceOptions options)
    {
        var settings = new Dictionary<string, string>
        {
            ["Identity:JwtSecret"] = TestIdentity.JwtSecret,
            ["Identity:Issuer"] = TestIdentity.Issuer,
            // Tests stand in for the outside world on this machine.
            ["Integrations:Outside:AllowedPrivateTargets:0"] = "127.0.0.0/8",
        };
        foreach (var (name, (http, grpc)) in _addresses)
        {
            settings[$"services:{name}:http:0"] = $"http://127.0.0.1:{http}";
            settings[$"services:{name}:grpc:0"] = $"http://127.0.0.1:{grpc}";
        }

        if (options.Needs.Contains(Server.Postgres))
        {
            settings["ConnectionStrings:aiteams"] = (await GetDatabaseAsync()).ConnectionStringFor(ServiceIdentity.Of(assembly).Role);
        }

        if (options.Needs.Contains(Server.RabbitMq))
        {
            settings["ConnectionStrings:rabbitmq"] = (await GetBrokerAsync()).ConnectionString;
        }

        if (options.Needs.Contains(Server.Redis))
        {
            var redis = await GetRedisAsync();
            settings["ConnectionStrings:redis"] = redis.ConnectionString;
            settings["Redis:Prefix"] = redis.Prefix;
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        return settings;
    }

    private (int Http, int Grpc) TakeAddress(Assembly assembly)
    {
        var name = ServiceIdentity.Of(assembly).Name;
        return _addresses.TryGetValue(name, out var address) && _occupied.Add(name) ? address : (FreePorts.Take(), FreePorts.Take());
    }

    private async Task<TestDatabase> GetDatabaseAsync() => _database ??= await TestDatabase.CreateAsync();

    private async Task<TestBroker> GetBrokerAsync() => _broker ??= await TestBroker.CreateAsync();

    private async Task<TestRedis> GetRedisAsync() => _redis ??= await TestRedis.CreateAsync();

    private TService Keep<TService>(TService service)
        where TService : RunningService
    {
        _services.Push(service);
        return service;
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> make)
    {
        await _turn.WaitAsync();
        try
        {
            return await make();
        }
        finally
        {
            _turn.Release();
        }
    }
}
