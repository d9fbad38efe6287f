using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.Benchmarks.Database;

/// <summary>Whom and what the measurements ask for, drawn at random: each round the next one.</summary>
internal sealed class Sample
{
    private const int Size = 2_000;
    private readonly Caller[] _callers;
    private readonly (Guid UserId, Guid WorkflowId, string ExecutionId)[] _executions;

    private Sample(Caller[] callers, (Guid UserId, Guid WorkflowId, string ExecutionId)[] executions) => (_callers, _executions) = (callers, executions);

    /// <summary>As often as they have workflows: who has much, asks much.</summary>
    public Caller Caller(int round) => _callers[round % _callers.Length];

    /// <summary>A finished execution among the newer ones.</summary>
    public (Guid UserId, Guid WorkflowId, string ExecutionId) Execution(int round) => _executions[round % _executions.Length];

    public static async Task<Sample> DrawAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => new(
        await ReadAsync(
            connection,
            $"SELECT u.id FROM benchmark.workflows w JOIN benchmark.users u USING (rank) ORDER BY md5(w.id::text) LIMIT {Size}",
            reader => ServiceDefaults.Identity.Caller.For(reader.GetGuid(0)), cancellationToken),
        await ReadAsync(
            connection,
            $"""
            SELECT user_id, workflow_id, execution_id FROM
              (SELECT * FROM public.workflow_executions WHERE status = 'SUCCESS' ORDER BY created_at DESC, id DESC LIMIT 10 * {Size}) e
            ORDER BY md5(execution_id) LIMIT {Size}
            """,
            reader => (reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2)), cancellationToken));

    private static async Task<T[]> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return [.. rows];
    }
}
