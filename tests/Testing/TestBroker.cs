namespace AiTeams.Testing;

/// <summary>A RabbitMQ virtual host of its own on the shared server. Gone, with all that is in it, when disposed.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    internal const string NamePrefix = "test-";

    private static int _count;

    private readonly ServerSet _servers;

    private TestBroker(ServerSet servers, string virtualHost) => (_servers, VirtualHost) = (servers, virtualHost);

    public string VirtualHost { get; }

    /// <summary>amqp://user:password@host:port/vhost</summary>
    public string ConnectionString => $"{_servers.Address(Server.RabbitMq)}/{VirtualHost}";

    public static async Task<TestBroker> CreateAsync()
    {
        var servers = await TestServers.UseAsync(Server.RabbitMq);
        var broker = new TestBroker(servers, $"{NamePrefix}{TestProcesses.Own}-{Interlocked.Increment(ref _count)}");
        await broker.AddAsync();
        return broker;
    }

    /// <summary>Everything the broker knew is gone: exchanges, queues, messages, connections.</summary>
    public async Task WipeAsync()
    {
        await RemoveAsync();
        await AddAsync();
    }

    /// <summary>For a look at queues; dispose it.</summary>
    public RabbitManagement Management() => new(_servers.Settings);

    public async ValueTask DisposeAsync() => await RemoveAsync();

    private async Task AddAsync()
    {
        using var management = Management();
        await management.AddVirtualHostAsync(VirtualHost);
    }

    private async Task RemoveAsync()
    {
        using var management = Management();
        await management.RemoveVirtualHostAsync(VirtualHost);
    }
}
