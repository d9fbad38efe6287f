using Npgsql;

namespace AiTeams.Migrator.Tests;

internal static class Sql
{
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
