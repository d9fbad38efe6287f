using System.Runtime.CompilerServices;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>One event of an execution: a line of its log under the name watchers know it by. <see cref="Data"/> is JSON text.</summary>
internal sealed record ExecutionEvent(long Sequence, string Type, string ExecutionId, string? NodeId, DateTimeOffset At, string Data)
{
    /// <summary>Nothing comes after it.</summary>
    public bool IsLast => Type is "execution_completed" or "execution_failed" or "execution_canceled" or "execution_timeout";
}

/// <summary>Reads an execution's events as its owner, from any position, and follows them live to the end.</summary>
internal sealed class ExecutionEventLog(UserDatabase database, ExecutionSignals signals)
{
    private const int Page = 500;

    // Executions that run in another engine do not signal here; their log is looked at this often.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private const string Read = """
        SELECT sequence, event_type, level, node_id, node_name, node_type, message, user_friendly_message, data, created_at
        FROM workflow_execution_logs WHERE execution_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
        """;

    /// <summary>
    /// Yields null at once, as a sign that the execution is there, then every event after <paramref name="after"/>, in order and once each,
    /// and ends with the execution. Yields null again when there was nothing for <paramref name="keepAlive"/>. Throws the 404 problem when the execution is absent or another user's.
    /// </summary>
    public async IAsyncEnumerable<ExecutionEvent?> FollowAsync(
        Caller caller, string executionId, long after, TimeSpan keepAlive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = signals.Subscribe(executionId);
        var hasEnded = await HasEndedAsync(caller, executionId, cancellationToken);
        yield return null;
        var quiet = TimeSpan.Zero;
        while (true)
        {
            var page = await ReadAsync(caller, executionId, after, cancellationToken);
            foreach (var item in page)
            {
                after = item.Sequence;
                quiet = TimeSpan.Zero;
                yield return item;
                if (item.IsLast)
                {
                    yield break;
                }
            }

            if (page.Count == Page)
            {
                continue;
            }

            // Ended before we looked, and its last event lies before `after` or was cleaned away with old logs.
            if (hasEnded)
            {
                yield break;
            }

            if (!await watch.WaitAsync(Poll, cancellationToken) && (quiet += Poll) >= keepAlive)
            {
                quiet = TimeSpan.Zero;
                hasEnded = await HasEndedAsync(caller, executionId, cancellationToken);
                yield return null;
            }
        }
    }

    private Task<bool> HasEndedAsync(Caller caller, string executionId, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller,
            new NpgsqlBatchCommand("SELECT status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') FROM workflow_executions WHERE execution_id = $1")
            {
                Parameters = { new() { Value = executionId } },
            },
            static async (reader, ct) => await reader.ReadAsync(ct) ? reader.GetBoolean(0) : throw Problems.NotFound("execution"),
            cancellationToken);

    private Task<List<ExecutionEvent>> ReadAsync(Caller caller, string executionId, long after, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller,
            new NpgsqlBatchCommand(Read) { Parameters = { new() { Value = executionId }, new() { Value = after }, new() { Value = Page } } },
            async (reader, ct) =>
            {
                var events = new List<ExecutionEvent>();
                while (await reader.ReadAsync(ct))
                {
                    events.Add(EventShape.FromLog(executionId, reader));
                }

                return events;
            },
            cancellationToken);
}
