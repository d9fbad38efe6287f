using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>
/// A PostgreSQL of its own, because roles belong to the cluster: these tests create, change and lock out roles that the servers of the
/// other suites need.
/// </summary>
public class PostgresCluster : IAsyncLifetime
{
    private PrivateServers _servers = null!;

    private ServerSettings Settings => _servers.Set.Settings;

    /// <summary>What the migrator is given, for whichever database.</summary>
    public string Administrator(string database) => ConnectionString(database, "postgres", Settings.PostgresPassword);

    public string ConnectionString(string database, string user, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Settings.PostgresPort,
        Database = database,
        Username = user,
        Password = password,
        Pooling = false,
        IncludeErrorDetail = true,
    }.ConnectionString;

    public async Task<string> CreateDatabaseAsync(string owner = "postgres")
    {
        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE template0 OWNER {owner}");
        return name;
    }

    /// <summary>Runs SQL as the superuser.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(Administrator(database));
        await connection.ExecuteAsync(sql);
    }

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    public virtual async Task InitializeAsync()
    {
        _servers = await PrivateServers.CreateAsync();
        await _servers.Set.StartAsync(Server.Postgres);
    }

    public async Task DisposeAsync() => await _servers.DisposeAsync();
}
