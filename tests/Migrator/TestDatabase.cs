using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class TestDatabase(PostgresCluster cluster, string name) : IAsyncDisposable
{
    public string Name => name;

    public string AdministratorConnectionString => cluster.Administrator(name);

    public Task<NpgsqlConnection> OpenAdministratorAsync() => OpenAsync(AdministratorConnectionString);

    /// <summary>Logs in as a service, with the password the migrator set.</summary>
    public Task<NpgsqlConnection> OpenServiceAsync(string role) =>
        OpenAsync(cluster.ConnectionString(name, role, MigratedCluster.RolePasswords[role]));

    /// <summary>A service's session in a transaction on behalf of the user: what UserDatabase does.</summary>
    public async Task<NpgsqlConnection> OpenUserAsync(Guid userId, string service = ServiceRoles.Engine)
    {
        var connection = await OpenServiceAsync(service);
        await connection.ExecuteAsync("BEGIN");
        await connection.BecomeUserAsync(userId);
        return connection;
    }

    public Task<IReadOnlyList<Migration>> MigrateAsync() =>
        Migrations.ApplyAsync(AdministratorConnectionString, MigratedCluster.RolePasswords, CancellationToken.None);

    public async ValueTask DisposeAsync() => await cluster.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }
}
