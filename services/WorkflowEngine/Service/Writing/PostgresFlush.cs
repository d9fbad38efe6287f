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

        try
        {
            await WriteAsync(connection, units, isRepeat, inserted);
        }
        catch (PostgresException ex) when (RefersToNoExecution(ex) && units.Any(HasKey))
        {
            // A key that another engine's execution took a moment ago. Nothing was written; what has that key is left out of it.
            var taken = await WithTakenKeysAsync(connection, [.. units.Where(HasKey)]);
            if (taken.Count == 0)
            {
                throw;
            }

            units = [.. units.Where(unit => !taken.Contains(unit.ExecutionId))];
            await WriteAsync(connection, units, isRepeat, inserted);
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

    private async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<WriteUnit> units, bool isRepeat, HashSet<string> inserted)
    {
        if (units.Count == 0)
        {
            return;
        }

        await using var batch = connection.CreateBatch();
        FlushBatch.Fill(batch, engine.Id, units, isRepeat, outbox.Insert);

        // Not cancelled half-way: the commit is asked for, and its outcome is wanted.
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.NextResultAsync(CancellationToken.None))
        {
            while (await reader.ReadAsync(CancellationToken.None))
            {
                inserted.Add(reader.GetString(0));
            }
        }
    }

    private static bool HasKey(WriteUnit unit) => unit.Start?.IdempotencyKey is not null;

    private static bool RefersToNoExecution(PostgresException exception) => exception is
    {
        SqlState: PostgresErrorCodes.ForeignKeyViolation,
        ConstraintName: "node_executions_execution_id_fkey" or "execution_timers_execution_id_fkey",
    };

    private static async Task<HashSet<string>> WithTakenKeysAsync(NpgsqlConnection connection, WriteUnit[] units)
    {
        await using var command = new NpgsqlCommand(
            "SELECT u.execution_id FROM unnest($1::text[], $2::uuid[], $3::text[]) AS u (execution_id, user_id, key)"
            + " JOIN workflow_executions e ON e.user_id = u.user_id AND e.idempotency_key = u.key AND e.execution_id <> u.execution_id", connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(units, unit => unit.ExecutionId) },
                new() { Value = Array.ConvertAll(units, unit => unit.UserId) },
                new() { Value = Array.ConvertAll(units, unit => unit.Start!.IdempotencyKey!) },
            },
        };
        return await IdsAsync(command, CancellationToken.None);
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
        return await IdsAsync(command, cancellationToken);
    }

    // A flush that was repeated after a broken connection may find that its first try had succeeded.
    private static async Task<HashSet<string>> AlreadyThereAsync(NpgsqlConnection connection, string[] executionIds)
    {
        await using var command = new NpgsqlCommand("SELECT execution_id FROM workflow_executions WHERE execution_id = ANY($1)", connection)
        {
            Parameters = { new() { Value = executionIds } },
        };
        return await IdsAsync(command, CancellationToken.None);
    }

    private static async Task<HashSet<string>> IdsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }
}
