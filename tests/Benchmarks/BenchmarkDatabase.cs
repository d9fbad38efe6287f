using System.Collections.Concurrent;
using AiTeams.Migrator;
using AiTeams.ServiceDefaults.Database;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Benchmarks;

/// <summary>A migrated database to fill and to measure, and connections to it as the product has them.</summary>
internal sealed class BenchmarkDatabase : IAsyncDisposable
{
    private readonly Func<string, string> _connectionStringFor;
    private readonly Func<ValueTask> _remove;
    private readonly ConcurrentDictionary<string, NpgsqlDataSource> _dataSources = new(StringComparer.Ordinal);

    /// <param name="connectionStringFor">By role.</param>
    private BenchmarkDatabase(Func<string, string> connectionStringFor, Func<ValueTask> remove)
    {
        _connectionStringFor = connectionStringFor;
        _remove = remove;
        Users = new UserDatabase(As("workflow_engine_service"));
    }

    /// <summary>As superuser, for whom row-level security does not count: to fill, and to compare with.</summary>
    public NpgsqlDataSource Admin => As("postgres");

    public string AdminConnectionString => _connectionStringFor("postgres");

    /// <summary>On behalf of a user, the way the services do it.</summary>
    public UserDatabase Users { get; }

    /// <summary>On a server of its own with fsync on, in a folder that is gone afterwards.</summary>
    public static async Task<BenchmarkDatabase> StartAsync(CancellationToken cancellationToken)
    {
        var servers = await PrivateServers.CreateAsync(isDurable: true);
        try
        {
            await servers.Set.StartAsync(Server.Postgres);
            var administrator = ConnectionString("postgres");
            await Migrations.ApplyAsync($"{administrator};Pooling=false", servers.Set.Settings.RolePasswords, cancellationToken);
            return new BenchmarkDatabase(ConnectionString, servers.DisposeAsync);
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }

        string ConnectionString(string role) => new NpgsqlConnectionStringBuilder(servers.Set.Address(Server.Postgres))
        {
            Database = "aiteams",
            Username = role,
            Password = role == "postgres" ? servers.Set.Settings.PostgresPassword : servers.Set.Settings.RolePasswords[role],
            CommandTimeout = 600,
            MaxAutoPrepare = 100,                         // as the services have it
            AutoPrepareMinUsages = 2,
        }.ConnectionString;
    }

    /// <summary>On the server all tests share: for a look at plans, not at figures, because it does not fsync.</summary>
    public static async Task<BenchmarkDatabase> OnTestServerAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return new BenchmarkDatabase(
            role => role == "postgres" ? database.AdminConnectionString : database.ConnectionStringFor(role), database.DisposeAsync);
    }

    /// <summary>As one of the services' roles.</summary>
    public NpgsqlDataSource As(string role) => _dataSources.GetOrAdd(role, r => NpgsqlDataSource.Create(_connectionStringFor(r)));

    /// <summary>Statements as superuser, in one go.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var dataSource in _dataSources.Values)
        {
            await dataSource.DisposeAsync();
        }

        await _remove();
    }
}
