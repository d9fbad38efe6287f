using AiTeams.Integrations.Outside;
using Npgsql;

namespace AiTeams.Integrations.Database;

/// <summary>
/// Connections to users' databases: a small pool for each target, closed when nobody asked for a while. The host is resolved and
/// judged here and the connection goes to that address; TLS still checks the name.
/// </summary>
internal sealed class TargetPools(GuardedConnections guard, TimeProvider clock) : BackgroundService
{
    internal const int ConnectionsPerTarget = 5;

    private static readonly TimeSpan KeptIdle = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pool> _pools = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pools.Count;
            }
        }
    }

    /// <exception cref="RefusedTargetException">The host is not one that may be called.</exception>
    public async Task<NpgsqlConnection> OpenAsync(DatabaseTarget target, CancellationToken cancellationToken)
    {
        // Looked up at every call: a name that has moved into our network meanwhile gets no connection from the pool either.
        var addresses = await guard.AddressesAsync(target.Host, target.Port, cancellationToken);
        var source = Source(target, addresses[0].ToString());
        return await source.OpenConnectionAsync(cancellationToken);
    }

    /// <summary>Closes the pools nobody used lately and returns how many.</summary>
    public async Task<int> RunOnceAsync()
    {
        List<NpgsqlDataSource> idle = [];
        lock (_gate)
        {
            foreach (var (key, pool) in _pools.Where(entry => clock.GetElapsedTime(entry.Value.LastUsed) > KeptIdle).ToArray())
            {
                _pools.Remove(key);
                idle.Add(pool.Source);
            }
        }

        foreach (var source in idle)
        {
            await source.DisposeAsync();
        }

        return idle.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round, clock, stoppingToken);
            await RunOnceAsync();
        }
    }

    private NpgsqlDataSource Source(DatabaseTarget target, string address)
    {
        var key = $"{address} {target.Key}";
        lock (_gate)
        {
            var source = _pools.TryGetValue(key, out var pool) ? pool.Source : Build(target, address);
            _pools[key] = new Pool(source, clock.GetTimestamp());
            return source;
        }
    }

    private NpgsqlDataSource Build(DatabaseTarget target, string address)
    {
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder
        {
            Host = address,
            Port = target.Port,
            Database = target.Database,
            Username = target.Username,
            Password = target.Password,
            SslMode = target.SslMode,
            ApplicationName = "AI Teams",
            MaxPoolSize = ConnectionsPerTarget,
            MinPoolSize = 0,
            ConnectionIdleLifetime = 30,
            ConnectionPruningInterval = 10,
            Timeout = (int)Math.Clamp(guard.Patience.TotalSeconds, 1, 60),
            MaxAutoPrepare = 0,
            Passfile = "/dev/null",                       // ours is not theirs
        }.ConnectionString);
        builder.UseSslClientAuthenticationOptionsCallback(options => options.TargetHost = target.Host);
        return builder.Build();
    }

    private sealed record Pool(NpgsqlDataSource Source, long LastUsed);
}
