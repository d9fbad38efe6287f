using Npgsql;
using NpgsqlTypes;

namespace AiTeams.WorkflowEngine.Tests;

/// <summary>How Postgres would carry out a statement for a user, with as many rows of others around as it takes to matter.</summary>
internal static class Plans
{
    /// <param name="prepare">Rows to plan over, as superuser; everything is undone afterwards.</param>
    public static async Task<string> ExplainAsync(this DefinitionApi api, Guid userId, string prepare, string sql, params NpgsqlParameter[] arguments)
    {
        await using var connection = await api.Admin.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var rows = new NpgsqlCommand(prepare, connection, transaction))
        {
            await rows.ExecuteNonQueryAsync();
        }
        await using (var become = new NpgsqlCommand(
            "SELECT set_config('request.jwt.claims', jsonb_build_object('sub', $1)::text, true), set_config('role', 'authenticated', true)", connection, transaction))
        {
            become.Parameters.Add(new() { Value = userId });
            await become.ExecuteNonQueryAsync();
        }

        await using var explain = new NpgsqlCommand($"EXPLAIN {sql}", connection, transaction);
        explain.Parameters.AddRange(arguments);
        await using var reader = await explain.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(0));
        }
        return string.Join('\n', plan);
    }

    public static NpgsqlParameter Argument(NpgsqlDbType type, object? value = null) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
