using AiTeams.ServiceDefaults.Messaging;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Ownership;
using Npgsql;

namespace AiTeams.WorkflowEngine.Writing;

/// <summary>A flush as one batch: one transaction, one round trip. Whoever watches one of its executions is told when it is committed.</summary>
internal sealed class PostgresFlush(
    NpgsqlDataSource database, EngineInstance engine, Heartbeat heartbeat, Outbox outbox, ExecutionSignals signals) : IFlushTarget
{
    // Raised by begin_flush(): this flush was committed, and its answer lost.
    private const string Written = "AT002";

    // Before the instance is known the database would take this engine for a dead one.
    public Task ReadyAsync(CancellationToken cancellationToken) => heartbeat.Registered.WaitAsync(cancellationToken);

    public async Task<IReadOnlySet<string>> FlushAsync(long number, IReadOnlyList<WriteUnit> units, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        IReadOnlySet<string> inserted;
        try
        {
            inserted = await WriteAsync(connection, number, units);
        }
        catch (PostgresException ex) when (ex.SqlState == Written)
        {
            inserted = await ThereAsync(connection, units);
        }
        catch (PostgresException ex) when (RefersToNoExecution(ex) && units.Any(HasKey))
        {
            // A key that another engine's execution took a moment ago. Nothing was written; what has that key is left out of it.
            var taken = await WithTakenKeysAsync(connection, [.. units.Where(HasKey)]);
            if (taken.Count == 0)
            {
                throw;
            }

            inserted = await WriteAsync(connection, number, [.. units.Where(unit => !taken.Contains(unit.ExecutionId))]);
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

    // Not cancelled half-way: the commit is asked for, and its outcome is wanted.
    private async Task<HashSet<string>> WriteAsync(NpgsqlConnection connection, long number, IReadOnlyList<WriteUnit> units)
    {
        await using var batch = connection.CreateBatch();
        FlushBatch.Fill(batch, engine.Id, number, units, outbox.Insert);
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        var inserted = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.NextResultAsync(CancellationToken.None))
        {
            while (await reader.ReadAsync(CancellationToken.None))
            {
                inserted.Add(reader.GetString(0));
            }
        }

        return inserted;
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
        return await IdsAsync(command);
    }

    /// <summary>Of the starts of a flush that was committed, those that came to be.</summary>
    private static async Task<HashSet<string>> ThereAsync(NpgsqlConnection connection, IReadOnlyList<WriteUnit> units)
    {
        await using var command = new NpgsqlCommand("SELECT execution_id FROM workflow_executions WHERE execution_id = ANY($1)", connection)
        {
            Parameters = { new() { Value = units.Where(unit => unit.Start is not null).Select(unit => unit.ExecutionId).ToArray() } },
        };
        return await IdsAsync(command);
    }

    private static async Task<HashSet<string>> IdsAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }
}
