using AiTeams.ServiceDefaults.Messaging;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Ownership;
using Npgsql;

namespace AiTeams.WorkflowEngine.Writing;

/// <summary>A flush as one batch: one transaction, one round trip. Whoever watches one of its executions is told when it is committed.</summary>
internal sealed class PostgresFlush(
    NpgsqlDataSource database, EngineInstance engine, Heartbeat heartbeat, Outbox outbox, ExecutionSignals signals) : IFlushTarget
{
    // Before the instance is known the database would take this engine for a dead one.
    public Task ReadyAsync(CancellationToken cancellationToken) => heartbeat.Registered.WaitAsync(cancellationToken);

    public async Task<IReadOnlySet<string>> FlushAsync(IReadOnlyList<WriteUnit> units, bool isRepeat, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var inserted = new HashSet<string>(StringComparer.Ordinal);
        if (isRepeat && await NoLongerOursAsync(connection, units, cancellationToken) is { Count: > 0 } gone)
        {
            inserted.UnionWith(gone);
            units = [.. units.Where(unit => !gone.Contains(unit.ExecutionId))];
        }

        await using var batch = connection.CreateBatch();
        FlushBatch.Fill(batch, engine.Id, units, outbox.Insert);

        // Not cancelled half-way: the commit is asked for, and its outcome is wanted.
        await using (var reader = await batch.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await reader.NextResultAsync(CancellationToken.None))
            {
                while (await reader.ReadAsync(CancellationToken.None))
                {
                    inserted.Add(reader.GetString(0));
                }
            }
        }

        var unclear = units.Where(u => u.Start is { } start && !inserted.Contains(start.ExecutionId)).ToArray();
        if (unclear.Length > 0)
        {
            inserted.UnionWith(await AlreadyThereAsync(connection, [.. unclear.Select(u => u.ExecutionId)]));
        }

        if (units.Any(u => u.Events.Count > 0))
        {
            outbox.Wake();
        }

        foreach (var unit in units)
        {
            signals.Raise(unit.ExecutionId);
        }

        return inserted;
    }

    // Nobody can take an execution from an engine that is alive, so one that has another owner, or none, has been put to sleep or handed
    // over by this very flush: its first try was committed. What is ours now stays ours until the flush, which fails when we are dead.
    private async Task<HashSet<string>> NoLongerOursAsync(NpgsqlConnection connection, IReadOnlyList<WriteUnit> units, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT execution_id FROM workflow_executions WHERE execution_id = ANY($1)"
            + " AND (engine_id IS DISTINCT FROM $2 OR status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT'))", connection)
        {
            Parameters = { new() { Value = units.Select(unit => unit.ExecutionId).ToArray() }, new() { Value = engine.Id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            gone.Add(reader.GetString(0));
        }

        return gone;
    }

    // A flush that was repeated after a broken connection may find that its first try had succeeded.
    private static async Task<List<string>> AlreadyThereAsync(NpgsqlConnection connection, string[] executionIds)
    {
        await using var command = new NpgsqlCommand("SELECT execution_id FROM workflow_executions WHERE execution_id = ANY($1)", connection)
        {
            Parameters = { new() { Value = executionIds } },
        };
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var found = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
