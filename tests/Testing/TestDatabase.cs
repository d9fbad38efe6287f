using System.Collections.Concurrent;
using AiTeams.Migrator;
using Npgsql;

namespace AiTeams.Testing;

/// <summary>
/// A migrated database of its own on the shared server, with the rights and roles of the real one. It is cloned from a template that is
/// migrated once per state of the migrations, and dropped when disposed.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    internal const string NamePrefix = "test-";

    private const string TemplatePrefix = "template_";
    private const long TemplateLock = 7_234_518_001;
    private const int FirstMajorWithStrategy = 15;

    private static readonly Lazy<Task<ServerSet>> MigratedServers = new(MigrateTemplateAsync);

    private static int _count;

    private readonly ServerSet _servers;
    private readonly ConcurrentDictionary<string, NpgsqlDataSource> _dataSources = new();

    private TestDatabase(ServerSet servers, string name) => (_servers, Name) = (servers, name);

    public static string TemplateName { get; } = $"{TemplatePrefix}{Migrations.Hash[..16]}";

    public string Name { get; }

    /// <summary>As superuser, for whom row-level security does not count: to prepare and to look, never for a service.</summary>
    public string AdminConnectionString => Connect(_servers, Name, "postgres", _servers.Settings.PostgresPassword);

    public NpgsqlDataSource Admin => DataSource(AdminConnectionString);

    /// <summary>A migrated database without content.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var servers = await MigratedServers.Value;
        var database = new TestDatabase(servers, NextName());
        await using var connection = new NpgsqlConnection(servers.Address(Server.Postgres));
        await connection.OpenAsync();
        // Copying the files is several times faster than writing each page to the log, which is the default where there is a choice.
        var strategy = connection.PostgreSqlVersion.Major >= FirstMajorWithStrategy ? " STRATEGY = FILE_COPY" : "";
        await ExecuteAsync(connection, $"CREATE DATABASE \"{database.Name}\" TEMPLATE \"{TemplateName}\"{strategy}");
        // A database's own access list is not part of what a template gives.
        await ExecuteAsync(connection, $"""
            UPDATE pg_database SET datacl = (SELECT datacl FROM pg_database WHERE datname = '{TemplateName}') WHERE datname = '{database.Name}'
            """);
        return database;
    }

    /// <summary>A database nobody has migrated, for tests of the migrations themselves.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync()
    {
        var servers = await TestServers.UseAsync(Server.Postgres);
        var database = new TestDatabase(servers, NextName());
        await ExecuteAsync(servers, $"CREATE DATABASE \"{database.Name}\"");
        return database;
    }

    /// <summary>As one of the services' roles, "workflow_engine_service" for instance.</summary>
    public string ConnectionStringFor(string role) => Connect(_servers, Name, role, _servers.Settings.RolePasswords[role]);

    public NpgsqlDataSource As(string role) => DataSource(ConnectionStringFor(role));

    public async ValueTask DisposeAsync()
    {
        foreach (var dataSource in _dataSources.Values)
        {
            await dataSource.DisposeAsync();
        }

        await ExecuteAsync(_servers, $"DROP DATABASE IF EXISTS \"{Name}\" WITH (FORCE)");
    }

    internal static bool IsOldTemplate(string name) => name.StartsWith(TemplatePrefix, StringComparison.Ordinal) && name != TemplateName;

    private static string NextName() => $"{NamePrefix}{TestProcesses.Own}-{Interlocked.Increment(ref _count)}";

    private static string Connect(ServerSet servers, string database, string user, string password)
        => $"Host=127.0.0.1;Port={servers.Settings.PostgresPort};Database={database};Username={user};Password={password}";

    private NpgsqlDataSource DataSource(string connectionString) => _dataSources.GetOrAdd(connectionString, NpgsqlDataSource.Create);

    private static async Task<ServerSet> MigrateTemplateAsync()
    {
        var servers = await TestServers.UseAsync(Server.Postgres);
        await using var connection = new NpgsqlConnection($"{servers.Address(Server.Postgres)};Pooling=false");
        await connection.OpenAsync();
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({TemplateLock})");        // until the connection closes

        await using var find = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{TemplateName}'", connection);
        if (await find.ExecuteScalarAsync() is null)
        {
            // Renamed last: what carries the name is complete.
            var unfinished = $"{TemplateName}_unfinished";
            await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS \"{unfinished}\" WITH (FORCE)");
            await ExecuteAsync(connection, $"CREATE DATABASE \"{unfinished}\"");
            await Migrations.ApplyAsync(
                $"{Connect(servers, unfinished, "postgres", servers.Settings.PostgresPassword)};Pooling=false", servers.Settings.RolePasswords, CancellationToken.None);
            await ExecuteAsync(connection, $"ALTER DATABASE \"{unfinished}\" RENAME TO \"{TemplateName}\"");
        }

        return servers;
    }

    private static async Task ExecuteAsync(ServerSet servers, string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Address(Server.Postgres));
        await connection.OpenAsync();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
