using System.Net;
using System.Net.Sockets;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>
/// A PostgreSQL of its own, because roles belong to the cluster: these tests create, change and lock out roles that the servers of the
/// other suites need.
/// </summary>
public class PostgresCluster : IAsyncLifetime
{
    private const string SuperuserPassword = "cluster-superuser";

    private readonly string _data = Path.Combine(Path.GetTempPath(), $"aiteams-migrator-{Guid.NewGuid():N}");

    public int Port { get; } = FreePort();

    /// <summary>What the migrator is given, for whichever database.</summary>
    public string Administrator(string database) => ConnectionString(database, "postgres", SuperuserPassword);

    public string ConnectionString(string database, string user, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = password,
        Pooling = false,
        IncludeErrorDetail = true,
    }.ConnectionString;

    /// <summary>An empty database of the given template, dropped when disposed.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(string template = "template0", string? owner = null)
    {
        var database = new TestDatabase(this, $"test_{Guid.NewGuid():N}");
        await ExecuteAsync($"CREATE DATABASE {database.Name} TEMPLATE {template}" + (owner is null ? "" : $" OWNER {owner}"));
        return database;
    }

    /// <summary>Runs SQL as the superuser in database postgres.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Administrator("postgres"));
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql);
    }

    public virtual async Task InitializeAsync() => (await ServersAsync("up")).EnsureSuccess();

    public async Task DisposeAsync() => (await ServersAsync("wipe")).EnsureSuccess();

    private Task<CommandResult> ServersAsync(string command) => CommandLine.RunAsync(
        "bash",
        [Path.Combine(RepositoryFolder.Root, "deploy/local/servers.sh"), command, "pg"],
        RepositoryFolder.Root,
        new Dictionary<string, string?>
        {
            ["LOCAL_DATA"] = _data,
            ["LOCAL_PG_PORT"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["LOCAL_PG_PASSWORD"] = SuperuserPassword,
            ["LOCAL_PG_FSYNC"] = "off",
        });

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The cluster of the suites that need a migrated database, with one to clone from.</summary>
public sealed class MigratedCluster : PostgresCluster
{
    private const string Template = "migrated";

    /// <summary>Login passwords as the migrator is given them.</summary>
    public static IReadOnlyDictionary<string, string> RolePasswords { get; } =
        ServiceRoles.All.ToDictionary(role => role, role => $"{role}-password");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await ExecuteAsync($"CREATE DATABASE {Template} TEMPLATE template0");
        await Migrations.ApplyAsync(Administrator(Template), RolePasswords, CancellationToken.None);
    }

    public Task<TestDatabase> CloneAsync() => CreateDatabaseAsync(Template);
}

[CollectionDefinition(Name)]
public sealed class MigratedClusterCollection : ICollectionFixture<MigratedCluster>
{
    public const string Name = "migrated cluster";
}
