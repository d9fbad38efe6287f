using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>How things stand when somebody begins to watch.</summary>
/// <param name="Last">The highest sequence there is; 0 when there is none.</param>
/// <param name="Events">The first page after the position that was asked for.</param>
internal sealed record WatchedFrom(bool HasEnded, long Last, List<ExecutionEvent> Events);

/// <summary>Reads an execution's events from its log, always as a user: row-level security decides whether there is anything to read.</summary>
internal sealed class EventReader(UserDatabase database, EngineMetrics metrics)
{
    /// <summary>Events of one read: what a watcher holds at most while it writes them out.</summary>
    public const int Page = 200;

    private const string Ended = "status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')";

    // Before the page: lines that are written in between are in the page, and the feed is joined behind what this read has seen.
    private const string Open = $"""
        SELECT {Ended}, (SELECT coalesce(max(sequence), 0) FROM workflow_execution_logs WHERE execution_id = $1)
        FROM workflow_executions WHERE execution_id = $1
        """;

    private const string Read = """
        SELECT sequence, event_type, level, node_id, node_name, node_type, message, user_friendly_message, data, created_at
        FROM workflow_execution_logs WHERE execution_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
        """;

    /// <summary>Throws the 404 problem when the execution is absent or another user's.</summary>
    public Task<WatchedFrom> OpenAsync(Caller caller, string executionId, long after, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller,
            [Command(Open, executionId), Command(Read, executionId, after, Page)],
            async (reader, ct) =>
            {
                if (!await reader.ReadAsync(ct))
                {
                    throw Problems.NotFound("execution");
                }

                var (hasEnded, last) = (reader.GetBoolean(0), reader.GetInt64(1));
                await reader.NextResultAsync(ct);
                return new WatchedFrom(hasEnded, last, await EventsAsync(executionId, reader, ct));
            },
            cancellationToken);

    /// <summary>Up to <see cref="Page"/> events after that sequence, in order.</summary>
    public Task<List<ExecutionEvent>> ReadAsync(Caller caller, string executionId, long after, CancellationToken cancellationToken)
    {
        metrics.EventsRead();
        return database.QueryAsync(
            caller, Command(Read, executionId, after, Page), (reader, ct) => EventsAsync(executionId, reader, ct), cancellationToken);
    }

    /// <summary>True also when the execution is not there any more: nothing will come.</summary>
    public Task<bool> HasEndedAsync(Caller caller, string executionId, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller, Command($"SELECT {Ended} FROM workflow_executions WHERE execution_id = $1", executionId),
            static async (reader, ct) => !await reader.ReadAsync(ct) || reader.GetBoolean(0), cancellationToken);

    private static async Task<List<ExecutionEvent>> EventsAsync(string executionId, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var events = new List<ExecutionEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(EventShape.FromLog(executionId, reader));
        }

        return events;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }

        return command;
    }
}
