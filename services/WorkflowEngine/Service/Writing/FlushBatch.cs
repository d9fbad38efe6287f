using Npgsql;
using NpgsqlTypes;

namespace AiTeams.WorkflowEngine.Writing;

/// <summary>Turns units into the commands of one flush: a handful of statements, however many units there are.</summary>
internal static partial class FlushBatch
{
    private const NpgsqlDbType TextArray = NpgsqlDbType.Array | NpgsqlDbType.Text;
    private const NpgsqlDbType UuidArray = NpgsqlDbType.Array | NpgsqlDbType.Uuid;
    private const NpgsqlDbType JsonbArray = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;
    private const NpgsqlDbType IntArray = NpgsqlDbType.Array | NpgsqlDbType.Integer;
    private const NpgsqlDbType BigintArray = NpgsqlDbType.Array | NpgsqlDbType.Bigint;
    private const NpgsqlDbType BooleanArray = NpgsqlDbType.Array | NpgsqlDbType.Boolean;
    private const NpgsqlDbType TimestampArray = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;

    /// <summary>Fills <paramref name="batch"/>. The insert of executions, when there is one, is the only command that returns rows.</summary>
    public static void Fill(
        NpgsqlBatch batch, Guid engineId, long number, IReadOnlyList<WriteUnit> units, Func<IReadOnlyList<object>, NpgsqlBatchCommand> outbox)
    {
        Add(batch, FlushStatements.Begin, (NpgsqlDbType.Uuid, engineId), (NpgsqlDbType.Bigint, number));
        var changes = LastChanges(units);
        AddStarts(batch, engineId, [.. units.Where(u => u.Start is not null).Select(u => u.Start!)], changes);
        AddNodes(batch, units);
        AddLogs(batch, units);
        AddTimers(batch, units);
        AddPauses(batch, units);
        AddQuestions(batch, units);
        AddDecisions(batch, units);
        AddChanges(batch, engineId, [.. changes.Values]);
        AddKept(batch, units);
        AddRelatives(batch, units);
        AddLatest(batch, units);
        object[] events = [.. units.SelectMany(u => u.Events)];
        if (events.Length > 0)
        {
            batch.BatchCommands.Add(outbox(events));
        }
    }

    // As with nodes: the last word about an execution in this flush is the one that counts.
    private static Dictionary<string, WriteUnit> LastChanges(IReadOnlyList<WriteUnit> units)
    {
        var last = new Dictionary<string, WriteUnit>(StringComparer.Ordinal);
        foreach (var unit in units)
        {
            if (unit.Change is not null)
            {
                last[unit.ExecutionId] = unit;
            }
        }

        return last;
    }

    /// <param name="changes">What this flush makes of executions; what is said of a new one is taken out, because its row says it.</param>
    private static void AddStarts(NpgsqlBatch batch, Guid engineId, ExecutionRow[] starts, Dictionary<string, WriteUnit> changes)
    {
        if (starts.Length == 0)
        {
            return;
        }

        var rows = Array.ConvertAll(starts, start => (
            Row: start, State: changes.Remove(start.ExecutionId, out var unit) ? unit.Change! : ExecutionChange.Running));
        var haveKeys = Array.Exists(starts, start => start.IdempotencyKey is not null);
        Add(batch, haveKeys ? FlushStatements.InsertKeyedExecutions : FlushStatements.InsertExecutions,
            (UuidArray, Column(rows, r => r.Row.Id)), (TextArray, Column(rows, r => r.Row.ExecutionId)), (UuidArray, Column(rows, r => r.Row.WorkflowId)),
            (IntArray, Column(rows, r => r.Row.WorkflowVersion)), (UuidArray, Column(rows, r => r.Row.UserId)), (TextArray, Column(rows, r => r.Row.Mode)),
            (TextArray, Column(rows, r => r.Row.TriggeredBy)), (TextArray, Column(rows, r => r.Row.TriggerNodeId)),
            (JsonbArray, Column(rows, r => r.Row.TriggerData)), (TextArray, Column(rows, r => r.Row.IdempotencyKey)),
            (BigintArray, Column(rows, r => r.Row.StartTime)), (TextArray, Column(rows, r => r.State.Status)),
            (BigintArray, Column(rows, r => r.State.EndTime)), (TextArray, Column(rows, r => r.State.ErrorMessage)),
            (JsonbArray, Column(rows, r => r.State.ErrorDetails)), (BooleanArray, Column(rows, r => r.State.Release)),
            (TextArray, Column(rows, r => r.Row.ParentExecutionId)), (JsonbArray, Column(rows, r => r.Row.Metadata)),
            (NpgsqlDbType.Uuid, engineId));
        AddKeptNodes(batch, starts);
    }

    private static void AddNodes(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        // Two units of one execution may ride in one flush; the statement may touch a row only once, so the later state wins.
        var latest = new Dictionary<(string, string, long), (WriteUnit Unit, NodeRow Node)>();
        foreach (var unit in units)
        {
            foreach (var node in unit.Nodes)
            {
                latest[(unit.ExecutionId, node.NodeId, node.Iteration)] = (unit, node);
            }
        }

        // Of an execution that begins here no row is there yet, unless a retry has copied some.
        var born = units.Where(u => u.Start is { KeptNodeIds.Count: 0 }).Select(u => u.ExecutionId).ToHashSet(StringComparer.Ordinal);
        AddNodes(batch, FlushStatements.InsertNodes, [.. latest.Values.Where(row => born.Contains(row.Unit.ExecutionId))]);
        AddNodes(batch, FlushStatements.UpsertNodes, [.. latest.Values.Where(row => !born.Contains(row.Unit.ExecutionId))]);
    }

    private static void AddNodes(NpgsqlBatch batch, string statement, (WriteUnit Unit, NodeRow Node)[] rows)
    {
        if (rows.Length == 0)
        {
            return;
        }

        Add(batch, statement,
            (UuidArray, Column(rows, r => r.Node.Id)), (TextArray, Column(rows, r => r.Unit.ExecutionId)), (UuidArray, Column(rows, r => r.Unit.UserId)),
            (TextArray, Column(rows, r => r.Node.NodeId)), (TextArray, Column(rows, r => r.Node.NodeName)),
            (TextArray, Column(rows, r => r.Node.NodeType)), (TextArray, Column(rows, r => r.Node.NodeSubtype)),
            (BigintArray, Column(rows, r => r.Node.Iteration)), (IntArray, Column(rows, r => r.Node.Position)),
            (TextArray, Column(rows, r => r.Node.Status)), (BigintArray, Column(rows, r => r.Node.StartTime)),
            (BigintArray, Column(rows, r => r.Node.EndTime)), (JsonbArray, Column(rows, r => r.Node.InputData)),
            (JsonbArray, Column(rows, r => r.Node.OutputData)), (JsonbArray, Column(rows, r => r.Node.ErrorData)),
            (IntArray, Column(rows, r => r.Node.RetryCount)), (IntArray, Column(rows, r => r.Node.MaxRetries)));
    }

    private static void AddLogs(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        var rows = units.SelectMany(u => u.Logs, (unit, log) => (Unit: unit, Log: log)).ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        Add(batch, FlushStatements.InsertLogs,
            (UuidArray, Column(rows, r => r.Log.Id)), (TextArray, Column(rows, r => r.Unit.ExecutionId)),
            (UuidArray, Column(rows, r => r.Unit.UserId)), (BigintArray, Column(rows, r => r.Log.Sequence)),
            (TextArray, Column(rows, r => r.Log.Category)), (TextArray, Column(rows, r => r.Log.EventType)),
            (TextArray, Column(rows, r => r.Log.Level)), (TextArray, Column(rows, r => r.Log.Message)),
            (TextArray, Column(rows, r => r.Log.FriendlyMessage)), (JsonbArray, Column(rows, r => r.Log.Data)),
            (TextArray, Column(rows, r => r.Log.NodeId)), (TextArray, Column(rows, r => r.Log.NodeName)),
            (TextArray, Column(rows, r => r.Log.NodeType)), (IntArray, Column(rows, r => r.Log.Priority)),
            (BooleanArray, Column(rows, r => r.Log.IsMilestone)), (TimestampArray, Column(rows, r => r.Log.CreatedAt.UtcDateTime)),
            (IntArray, Column(rows, r => r.Log.Progress?.Step)), (IntArray, Column(rows, r => r.Log.Progress?.Total)),
            (IntArray, Column(rows, r => r.Log.Seconds)), (JsonbArray, Column(rows, r => r.Log.Details)));
    }

    private static void AddTimers(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        // A timer may be set, fire and be set again in units of one flush: the last word about it is the one that counts.
        var last = new Dictionary<(string ExecutionId, string NodeId, long Iteration, string Reason), TimerRow?>();
        foreach (var unit in units)
        {
            foreach (var (nodeId, iteration, reason) in unit.FiredTimers)
            {
                last[(unit.ExecutionId, nodeId, iteration, reason)] = null;
            }

            foreach (var timer in unit.Timers)
            {
                last[(unit.ExecutionId, timer.NodeId, timer.Iteration, timer.Reason)] = timer;
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        var fired = last.Where(timer => timer.Value is null).Select(timer => timer.Key).ToArray();
        if (fired.Length > 0)
        {
            Add(batch, FlushStatements.DeleteTimers,
                (TextArray, Column(fired, r => r.ExecutionId)), (TextArray, Column(fired, r => r.NodeId)),
                (BigintArray, Column(fired, r => r.Iteration)), (TextArray, Column(fired, r => r.Reason)));
        }

        var set = last.Where(timer => timer.Value is not null).Select(timer => (timer.Key.ExecutionId, Timer: timer.Value!)).ToArray();
        if (set.Length > 0)
        {
            Add(batch, FlushStatements.InsertTimers,
                (UuidArray, Column(set, r => r.Timer.Id)), (TextArray, Column(set, r => r.ExecutionId)),
                (TextArray, Column(set, r => r.Timer.NodeId)), (BigintArray, Column(set, r => r.Timer.Iteration)),
                (TextArray, Column(set, r => r.Timer.Reason)), (TimestampArray, Column(set, r => r.Timer.DueAt.UtcDateTime)));
        }
    }

    private static void AddChanges(NpgsqlBatch batch, Guid engineId, WriteUnit[] rows)
    {
        if (rows.Length == 0)
        {
            return;
        }

        Add(batch, FlushStatements.UpdateExecutions,
            (TextArray, Column(rows, r => r.ExecutionId)), (TextArray, Column(rows, r => r.Change!.Status)),
            (BigintArray, Column(rows, r => r.Change!.EndTime)), (TextArray, Column(rows, r => r.Change!.ErrorMessage)),
            (JsonbArray, Column(rows, r => r.Change!.ErrorDetails)), (BooleanArray, Column(rows, r => r.Change!.Release)),
            (NpgsqlDbType.Uuid, engineId));
    }

    // Few workflows keep anything, so each has a statement of its own. Should two engines wait for each other over the rows, Postgres
    // breaks that up and the flush is repeated.
    private static void AddKept(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        foreach (var unit in units.Where(u => u.Kept.Count > 0).OrderBy(u => u.WorkflowId))
        {
            foreach (var kept in unit.Kept)
            {
                Add(batch, FlushStatements.KeepStaticData, (NpgsqlDbType.Uuid, unit.WorkflowId), (NpgsqlDbType.Jsonb, kept));
            }
        }
    }

    private static void AddLatest(NpgsqlBatch batch, IReadOnlyList<WriteUnit> units)
    {
        var latest = new Dictionary<Guid, (Guid WorkflowId, string ExecutionId, string Status, DateTime At)>();
        foreach (var unit in units)
        {
            if (unit.Change is { } change && unit.Logs.Count > 0)
            {
                latest[unit.WorkflowId] = (unit.WorkflowId, unit.ExecutionId, change.Status, unit.Logs[^1].CreatedAt.UtcDateTime);
            }
        }

        if (latest.Count == 0)
        {
            return;
        }

        var rows = latest.Values.ToArray();
        Add(batch, FlushStatements.UpdateLatestExecution,
            (UuidArray, Column(rows, r => r.WorkflowId)), (TextArray, Column(rows, r => r.ExecutionId)),
            (TextArray, Column(rows, r => r.Status)), (TimestampArray, Column(rows, r => r.At)));
    }

    private static TColumn[] Column<TRow, TColumn>(TRow[] rows, Func<TRow, TColumn> column) => Array.ConvertAll(rows, r => column(r));

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<(NpgsqlDbType Type, object Value)> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (type, value) in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value });
        }

        batch.BatchCommands.Add(command);
    }
}
