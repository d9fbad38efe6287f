using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>One user's rows in every table, and how to write another one there.</summary>
internal static class Tables
{
    /// <summary>Tables with a user_id that a user may read.</summary>
    public static IReadOnlyList<string> Readable { get; } =
    [
        "sessions", "workflows", "workflow_versions", "nodes", "node_connections", "idempotency_keys", "workflow_executions", "node_executions",
        "workflow_execution_logs",
    ];

    /// <summary>Creates an account with a workflow that has run once, and returns both ids.</summary>
    public static async Task<(Guid UserId, Guid WorkflowId)> FillAsync(TestDatabase database)
    {
        var (userId, workflowId) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var connection = await database.OpenAdministratorAsync();
        await connection.ExecuteAsync(
            "INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $2, 'a hash')", userId, $"{userId:N}@example.org");
        foreach (var table in Readable)
        {
            await connection.ExecuteAsync(Insert(table), Parameters(table, userId, workflowId));
        }

        await connection.ExecuteAsync(
            "INSERT INTO execution_timers (execution_id, node_id, reason, due_at) VALUES ($1, 'a', 'delay', now())", $"run of {workflowId}");
        return (userId, workflowId);
    }

    /// <summary>A statement that adds a row of user $1; tables below a workflow take its id as $2.</summary>
    public static string Insert(string table) => table switch
    {
        "sessions" => "INSERT INTO sessions (user_id) VALUES ($1)",
        "workflows" => "INSERT INTO workflows (user_id, id, name, workflow_data) VALUES ($1, $2, 'one', '{}')",
        "workflow_versions" => "INSERT INTO workflow_versions (user_id, workflow_id, version, workflow_data) VALUES ($1, $2, 1, '{}')",
        "nodes" => """
            INSERT INTO nodes (user_id, workflow_id, node_id, node_type, node_subtype, name)
            SELECT $1, $2, id, 'ACTION', 'HTTP_REQUEST', id FROM unnest(ARRAY['a', 'b']) id
            """,
        "node_connections" => "INSERT INTO node_connections (user_id, workflow_id, source_node_id, target_node_id) VALUES ($1, $2, 'a', 'b')",
        "idempotency_keys" => "INSERT INTO idempotency_keys (user_id, operation, key, request_hash) VALUES ($1, 'create', 'k', '')",
        "workflow_executions" => """
            INSERT INTO workflow_executions (user_id, workflow_id, execution_id, workflow_version) VALUES ($1, $2, 'run of ' || $2::text, 1)
            """,
        "node_executions" => "INSERT INTO node_executions (user_id, execution_id, node_id, node_type) VALUES ($1, 'run of ' || $2::text, 'a', 'ACTION')",
        "workflow_execution_logs" => """
            INSERT INTO workflow_execution_logs (user_id, execution_id, sequence, event_type, message)
            VALUES ($1, 'run of ' || $2::text, 1, 'workflow_started', 'started')
            """,
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "no such table here"),
    };

    public static object[] Parameters(string table, Guid userId, Guid workflowId) =>
        table is "sessions" or "idempotency_keys" ? [userId] : [userId, workflowId];

    public static Task<long> CountAsync(this NpgsqlConnection connection, string table) => connection.ScalarAsync<long>($"SELECT count(*) FROM {table}");
}
