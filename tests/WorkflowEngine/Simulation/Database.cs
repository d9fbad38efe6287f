using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Writing;
using Npgsql;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>
/// The tables, and the statements of the product as what they do: FlushStatements, begin_flush, and those of Heartbeat, TakeOver,
/// DueTimers and StartExecution. A statement or flush is one instant, which is what its locks are for.
/// Beyond that it watches: whoever writes must own, and no row goes backwards.
/// </summary>
internal sealed class Database(World world, Sabotage sabotage)
{
    private readonly Dictionary<Guid, EngineRow> _engines = [];
    private readonly List<Guid> _order = [];

    public Dictionary<string, StoredExecution> Executions { get; } = new(StringComparer.Ordinal);

    /// <summary>All units or none. Gives the ids of those starts that are there afterwards.</summary>
    public IReadOnlySet<string> Flush(Guid engineId, long number, IReadOnlyList<WriteUnit> units)
    {
        if (!IsActive(engineId))
        {
            throw new PostgresException("the engine is not active", "ERROR", "ERROR", EngineInstance.FencedSqlState);
        }

        var engine = _engines.GetValueOrDefault(engineId);
        if (engine?.LastFlush >= number && sabotage != Sabotage.RepeatsAreBlind)
        {
            return units.Where(unit => unit.Start is not null && Executions.ContainsKey(unit.ExecutionId)).Select(unit => unit.ExecutionId).ToHashSet();
        }

        var before = engine?.LastFlush ?? 0;
        engine?.LastFlush = number;
        InsertExecutions(engineId, units);
        units = [.. units.Where(unit => unit.Start?.IdempotencyKey is null || Executions.ContainsKey(unit.ExecutionId))];
        if (units.FirstOrDefault(unit => !Executions.ContainsKey(unit.ExecutionId) && Refers(unit)) is { } orphan)
        {
            Undo(units);
            engine?.LastFlush = before;
            throw new PostgresException($"no execution {orphan.ExecutionId}", "ERROR", "ERROR", PostgresErrorCodes.ForeignKeyViolation);
        }

        var done = sabotage == Sabotage.HalfAFlush && units.Count > 1 && world.Dice.OneIn(4) ? [.. units.Take(units.Count / 2)] : units;
        foreach (var unit in done.Where(unit => Executions.ContainsKey(unit.ExecutionId)))
        {
            CheckOwner(engineId, unit);
        }

        UpsertNodes(done);
        foreach (var unit in done.Where(unit => Executions.ContainsKey(unit.ExecutionId)))
        {
            InsertLogs(unit);
            SetTimers(unit);
        }

        UpdateExecutions(engineId, done);
        return units.Where(unit => unit.Start is not null && Executions.ContainsKey(unit.ExecutionId)).Select(unit => unit.ExecutionId).ToHashSet();
    }

    public bool Beat(Guid engineId, bool isFirst)
    {
        if (!_engines.TryGetValue(engineId, out var row))
        {
            if (isFirst)
            {
                _engines[engineId] = new EngineRow { HeartbeatAt = world.Now };
                _order.Add(engineId);
            }

            return isFirst;
        }

        row.HeartbeatAt = row.Status == "active" ? world.Now : row.HeartbeatAt;
        return row.Status == "active";
    }

    public void SignOff(Guid engineId)
    {
        if (_engines.TryGetValue(engineId, out var row) && row.Status == "active")
        {
            row.Status = "stopped";
        }
    }

    public void Judge(Guid judge, bool mayJudge)
    {
        foreach (var (id, row) in IsActive(judge) ? _engines : [])
        {
            var isSilent = row.Status == "active" && mayJudge && world.Now - row.HeartbeatAt > Heartbeat.Lease;
            if (id != judge && (row.Status == "stopped" || isSilent))
            {
                row.Status = "dead";
                world.Note($"engine {Name(id)} is dead, says {Name(judge)}");
            }
        }
    }

    public List<string> Adopt(Guid engineId, int batch)
    {
        var orphans = Executions.Values.Where(execution => IsActive(engineId) && execution.Status is "NEW" or "RUNNING"
            && execution.EngineId is { } owner && owner != engineId && _engines.TryGetValue(owner, out var row)
            && (row.Status == "dead" || (sabotage == Sabotage.TakeOverFromTheLiving && world.Dice.OneIn(20)))).Take(batch).ToList();
        orphans.ForEach(execution => execution.EngineId = engineId);
        return orphans.ConvertAll(execution => execution.Row.ExecutionId);
    }

    public void Bury()
    {
        foreach (var dead in _engines.Where(engine => engine.Value.Status == "dead").Select(engine => engine.Key).ToList())
        {
            if (!Executions.Values.Any(execution => execution.EngineId == dead && execution.Status is "NEW" or "RUNNING"))
            {
                _engines.Remove(dead);
            }
        }
    }

    public List<string> ClaimDue(Guid engineId, DateTimeOffset now, int batch)
    {
        var due = Executions.Values.Where(execution => IsActive(engineId) && execution is { Status: "PAUSED", EngineId: null } && execution.Timers.Values.Any(at => at <= now)).Take(batch).ToList();
        foreach (var execution in due)
        {
            Move(execution, "RUNNING");
            execution.EngineId = engineId;
        }

        return due.ConvertAll(execution => execution.Row.ExecutionId);
    }

    public List<string> RunningOf(Guid engineId) =>
        [.. Executions.Values.Where(execution => execution.EngineId == engineId && execution.Status is "NEW" or "RUNNING").Select(execution => execution.Row.ExecutionId)];

    public StoredExecution? FindByKey(string? key) => key is null ? null : Executions.Values.FirstOrDefault(execution => execution.Row.IdempotencyKey == key);

    /// <summary>Engines are called by the order in which they came.</summary>
    public string Name(Guid engineId) => $"E{_order.IndexOf(engineId)}";

    private bool IsActive(Guid engineId) => sabotage == Sabotage.DeadMayWrite || _engines.GetValueOrDefault(engineId)?.Status == "active";

    private void InsertExecutions(Guid engineId, IEnumerable<WriteUnit> units)
    {
        foreach (var start in units.Select(unit => unit.Start).OfType<ExecutionRow>())
        {
            if (!Executions.ContainsKey(start.ExecutionId) && FindByKey(start.IdempotencyKey) is null)
            {
                Executions[start.ExecutionId] = new StoredExecution(start, engineId);
            }
        }
    }

    private void Undo(IEnumerable<WriteUnit> units)
    {
        foreach (var unit in units.Where(unit => unit.Start is not null && Executions.TryGetValue(unit.ExecutionId, out var there) && there.Logs.Count == 0))
        {
            Executions.Remove(unit.ExecutionId);
        }
    }

    private static bool Refers(WriteUnit unit) => unit.Nodes.Count + unit.Timers.Count > 0;

    private void CheckOwner(Guid engineId, WriteUnit unit)
    {
        if (Executions[unit.ExecutionId] is { } execution && execution.EngineId != engineId)
        {
            world.Violate($"{unit.ExecutionId} is written by engine {Name(engineId)} and belongs to {(execution.EngineId is { } owner ? Name(owner) : "nobody")}");
        }
    }

    private void UpsertNodes(IReadOnlyList<WriteUnit> units)
    {
        var latest = new Dictionary<(string, string, long), NodeRow>();
        foreach (var unit in units.Where(unit => Executions.ContainsKey(unit.ExecutionId)))
        {
            foreach (var node in unit.Nodes)
            {
                latest[(unit.ExecutionId, node.NodeId, node.Iteration)] = node;
            }
        }

        foreach (var ((executionId, nodeId, iteration), node) in latest)
        {
            var nodes = Executions[executionId].Nodes;
            if (nodes.TryGetValue((nodeId, iteration), out var before))
            {
                CheckMove(executionId, before, node);
                if (NodeStatuses.Parse(before.Status).IsTerminal() && sabotage != Sabotage.TerminalRowsAreWrittenOver)
                {
                    continue;
                }
            }

            nodes[(nodeId, iteration)] = node;
            world.Note($"{executionId} {nodeId}#{iteration} {node.Status}");
        }
    }

    // Stricter than the statement, which leaves a terminal row alone whatever it is offered: nobody should even try.
    private void CheckMove(string executionId, NodeRow before, NodeRow after)
    {
        if (before == after)
        {
            return;
        }

        if (!Reaches(NodeStatuses.Parse(before.Status), NodeStatuses.Parse(after.Status)) || after.RetryCount < before.RetryCount || after.StartTime != before.StartTime)
        {
            world.Violate($"{executionId} {before.NodeId}#{before.Iteration} goes from {before.Status} ({before.RetryCount} retries) to {after.Status} ({after.RetryCount})");
        }
    }

    // A flush may hold several moves of one node. A row that does not end may be written again as it is, with other data.
    private static bool Reaches(NodeStatus from, NodeStatus to) => !from.IsTerminal() && (from == to || to != NodeStatus.Pending);

    private void InsertLogs(WriteUnit unit)
    {
        var logs = Executions[unit.ExecutionId].Logs;
        foreach (var line in unit.Logs)
        {
            if (logs.TryAdd(line.Id, line) && logs.Values.Count(other => other.Sequence == line.Sequence) > 1)
            {
                world.Violate($"{unit.ExecutionId} has two log lines {line.Sequence}");
            }
        }
    }

    private void SetTimers(WriteUnit unit)
    {
        var timers = Executions[unit.ExecutionId].Timers;
        foreach (var fired in unit.FiredTimers)
        {
            timers.Remove(fired);
        }

        foreach (var timer in unit.Timers.Where(_ => sabotage != Sabotage.TimersAreLost || !world.Dice.OneIn(4)))
        {
            timers[(timer.NodeId, timer.Iteration, timer.Reason)] = timer.DueAt;
        }
    }

    private void UpdateExecutions(Guid engineId, IEnumerable<WriteUnit> units)
    {
        foreach (var unit in units.Where(unit => unit.Change is not null).GroupBy(unit => unit.ExecutionId).Select(group => group.Last()))
        {
            if (Executions.TryGetValue(unit.ExecutionId, out var execution) && execution.EngineId == engineId && !execution.HasEnded)
            {
                Move(execution, unit.Change!.Status);
                execution.EngineId = unit.Change.Release ? null : execution.EngineId;
            }
        }

        foreach (var unit in units.Where(unit => unit.Events.Count > 0 && Executions.ContainsKey(unit.ExecutionId)))
        {
            Executions[unit.ExecutionId].Finished += unit.Events.Count;
        }
    }

    private void Move(StoredExecution execution, string status)
    {
        if (execution.Status != status && !ExecutionTransitions.Allows(ExecutionStatuses.Parse(execution.Status), ExecutionStatuses.Parse(status)))
        {
            world.Violate($"{execution.Row.ExecutionId} goes from {execution.Status} to {status}");
        }

        execution.Status = status;
        world.Note($"{execution.Row.ExecutionId} {status}");
    }
}
