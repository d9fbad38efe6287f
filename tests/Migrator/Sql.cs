using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

internal static class Sql
{
    public static async Task<NpgsqlConnection> OpenAdministratorAsync(this TestDatabase database) => await database.Admin.OpenConnectionAsync();

    public static async Task<NpgsqlConnection> OpenServiceAsync(this TestDatabase database, string role) => await database.As(role).OpenConnectionAsync();

    /// <summary>A service's session in a transaction on behalf of the user, as UserDatabase opens it; rolled back when disposed.</summary>
    public static async Task<NpgsqlConnection> OpenUserAsync(this TestDatabase database, Guid userId)
    {
        var connection = await database.OpenServiceAsync(ServiceRoles.Engine);
        await connection.ExecuteAsync("BEGIN");
        await connection.BecomeUserAsync(userId);
        return connection;
    }

    /// <summary>Brings it up to date; the roles keep the passwords that the fixtures gave them.</summary>
    public static Task<IReadOnlyList<Migration>> MigrateAsync(this TestDatabase database) =>
        Migrations.ApplyAsync(database.AdminConnectionString, new Dictionary<string, string>(), CancellationToken.None);

    /// <summary>Until the session of that process waits for another transaction.</summary>
    public static async Task WaitUntilBlockedAsync(this TestDatabase database, int processId)
    {
        await using var look = await database.OpenAdministratorAsync();
        await Eventually.AssertAsync(
            async () => await look.ScalarAsync<int>("SELECT cardinality(pg_blocking_pids($1))", processId) > 0,
            TimeSpan.FromSeconds(30),
            "the statement waits for the other transaction");
    }

    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>The first column of every row.</summary>
    public static async Task<List<string>> LinesAsync(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }

    /// <summary>Runs the statement, which must fail, and returns its SQLSTATE; in a transaction that goes on afterwards.</summary>
    public static async Task<string> RefusalAsync(this NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await connection.ExecuteAsync("SAVEPOINT refusal");
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql, parameters));
        await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT refusal");
        return refusal.SqlState;
    }

    public static Task BecomeUserAsync(this NpgsqlConnection connection, Guid userId) => connection.ExecuteAsync($$"""
        SET LOCAL ROLE authenticated;
        SELECT set_config('request.jwt.claims', '{"sub": "{{userId}}", "role": "authenticated"}', true)
        """);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return command;
    }
}
