using System.Globalization;
using AiTeams.Contracts.Events;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Definitions;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>Turns what a step changed into one unit: node rows, log lines with their sequence, and the execution's own change.</summary>
internal sealed class StepRecorder(ExecutionRow row, string workflowName, long lastSequence)
{
    private readonly List<(string, long, string)> _fired = [];
    private readonly HashSet<NodeRun> _announced = [];
    private long _sequence = lastSequence;
    private bool _opened;
    private bool _saidPaused;

    public string ExecutionId => row.ExecutionId;

    /// <summary>Who calls, for the log of calls to the outside.</summary>
    public CallOrigin Origin(NodeRun node, int attempt) =>
        new(row.UserId, row.WorkflowId, row.Id, StableId.Of(row.WorkflowId, node.NodeId), attempt);

    /// <summary>The timer has done its work and goes with the next unit.</summary>
    public void Fired(Timer timer) => _fired.Add((timer.Run.NodeId, timer.Run.Iteration, timer.Reason));

    /// <param name="start">The execution's own row, when it rides in this unit.</param>
    public WriteUnit Record(ExecutionState state, ExecutionRow? start, DateTimeOffset now)
    {
        var unit = new WriteUnit(row.ExecutionId, row.WorkflowId, row.UserId) { Start = start };
        Open(unit, state.IsHeld, now);
        unit.FiredTimers.AddRange(_fired);
        _fired.Clear();
        foreach (var node in state.DrainChanges())
        {
            unit.Nodes.Add(Row(node, now));
            LogNode(unit, node, now);
        }

        unit.Kept.AddRange(state.DrainKept().Select(kept => kept.ToString()));
        if (state.Outcome is { } outcome)
        {
            Close(unit, outcome, state.Failure, now);
        }

        return unit;
    }

    /// <summary>
    /// Nothing to do until then, or until somebody resumes it when there is no such time: the execution gives up its place in memory and its owner.
    /// </summary>
    public void RecordPause(WriteUnit unit, DateTimeOffset? until, DateTimeOffset now)
    {
        if (until is { } time)
        {
            Log(unit, now, "workflow_progress", "INFO", $"Paused until {time.UtcDateTime:O}",
                JsonData.Object(("status", "PAUSED"), ("until", JsonData.Of(time))), friendly: $"Waiting until {Clock(time)} (UTC)");
        }
        else if (!_saidPaused)
        {
            Log(unit, now, "workflow_progress", "INFO", "Paused", JsonData.Object(("status", "PAUSED"), ("reason", "manual")), friendly: "Paused");
        }

        unit.Change = new ExecutionChange(ExecutionStatus.Paused.ToWire(), null, null, null, Release: true);
    }

    /// <summary>The run was paused when it was loaded, and its log says so.</summary>
    public void WasPaused(bool said) => _saidPaused = said;

    /// <summary>The last unit of an execution whose real one could not be stored; the numbers of the lost lines stay unused.</summary>
    public WriteUnit Unwritable(Exception cause, DateTimeOffset now)
    {
        var unit = new WriteUnit(row.ExecutionId, row.WorkflowId, row.UserId);
        Close(unit, ExecutionStatus.Error, new ExecutionFailure("", "", new NodeFailure("not_storable", $"A result could not be stored: {cause.Message}")), now);
        return unit;
    }

    private void Open(WriteUnit unit, bool isHeld, DateTimeOffset now)
    {
        if (_opened)
        {
            return;
        }

        _opened = true;
        if (_sequence == 0)
        {
            Log(unit, now, "workflow_started", "INFO", $"Execution started by {row.Mode}",
                JsonData.Object(("status", "RUNNING"), ("mode", row.Mode)), friendly: $"{workflowName} started", milestone: true);
        }
        else if (!isHeld)
        {
            Log(unit, now, "workflow_progress", "INFO", "Execution continued", JsonData.Object(("status", "RUNNING")), friendly: "Continued");
        }
    }

    private void LogNode(WriteUnit unit, NodeRecord node, DateTimeOffset now)
    {
        switch (node.Status)
        {
            case NodeStatus.Running or NodeStatus.WaitingInput:
                // A node that is run again after a takeover was announced by its first run.
                if (_announced.Add(node.Run))
                {
                    Log(unit, now, "step_started", "INFO", $"{node.NodeName} started", NodeData(node), node, $"{node.NodeName} …", priority: 3);
                }

                break;
            case NodeStatus.Success:
                Log(unit, now, "step_completed", "INFO", $"{node.NodeName} succeeded", NodeData(node), node, $"{node.NodeName} done");
                break;
            case NodeStatus.Skipped:
                Log(unit, now, "step_completed", "DEBUG", $"{node.NodeName} skipped", NodeData(node), node, $"{node.NodeName} was not needed", priority: 3);
                break;
            case NodeStatus.Error:
                var failure = NodeFailure.FromJson(node.Error);
                Log(unit, now, "step_error", "ERROR", $"{node.NodeName} failed: {failure.Message}",
                    NodeData(node).With("error_code", failure.Code).With("error_message", failure.Message), node,
                    $"{node.NodeName} failed: {failure.Message}", priority: 8, milestone: true);
                break;
            case NodeStatus.Canceled:
                Log(unit, now, "step_completed", "WARNING", $"{node.NodeName} canceled", NodeData(node), node, $"{node.NodeName} was stopped", priority: 3);
                break;
            case NodeStatus.Pending or NodeStatus.Retrying:
                break;
        }
    }

    private void Close(WriteUnit unit, ExecutionStatus outcome, ExecutionFailure? failure, DateTimeOffset now)
    {
        var status = outcome.ToWire();
        var took = TimeSpan.FromMilliseconds(Math.Max(0, now.ToUnixTimeMilliseconds() - row.StartTime));
        var data = JsonData.Object(("status", status), ("duration_ms", (long)took.TotalMilliseconds));
        var message = $"Execution ended {status}";
        var error = failure is null ? null : Storable(failure.Cause.Message);
        if (failure is not null)
        {
            data = data.With("error_code", failure.Cause.Code).With("error_message", failure.Cause.Message).With("error_node_id", failure.NodeId);
            message += $": {failure.Cause.Message}";
        }

        Log(unit, now, "workflow_completed", outcome == ExecutionStatus.Success ? "INFO" : "ERROR", message, data,
            friendly: outcome == ExecutionStatus.Success ? $"{workflowName} finished" : $"{workflowName} ended: {failure?.Cause.Message ?? status}",
            priority: 8, milestone: true);
        unit.Change = new ExecutionChange(
            status, now.ToUnixTimeMilliseconds(), error,
            failure is null ? null : Text(failure.Cause.ToJson().With("error_node_id", failure.NodeId).With("error_node_name", failure.NodeName)),
            Release: false);
        unit.Events.Add(new ExecutionFinished(row.UserId, row.WorkflowId, row.ExecutionId, status, error, now));
    }

    private void Log(
        WriteUnit unit, DateTimeOffset now, string eventType, string level, string message, JsonData data,
        NodeRecord? node = null, string? friendly = null, int priority = 5, bool milestone = false) =>
        unit.Logs.Add(new LogRow(
            Guid.CreateVersion7(now), ++_sequence, friendly is null ? "TECHNICAL" : "BUSINESS", eventType, level,
            Storable(message), friendly is null ? null : Storable(friendly), Text(data)!,
            node?.NodeId, node?.NodeName, node is null ? null : $"{node.NodeType}.{node.NodeSubtype}", priority, milestone, now));

    private static JsonData NodeData(NodeRecord node)
    {
        var data = JsonData.Object(("status", node.Status.ToWire()), ("iteration", node.Iteration));
        return node is { StartedAt: { } started, EndedAt: { } ended } ? data.With("duration_ms", (long)(ended - started).TotalMilliseconds) : data;
    }

    private static NodeRow Row(NodeRecord node, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), node.NodeId, node.NodeName, node.NodeType, node.NodeSubtype, node.Iteration, node.Position, node.Status.ToWire(),
        node.StartedAt?.ToUnixTimeMilliseconds(), node.EndedAt?.ToUnixTimeMilliseconds(),
        Text(node.Input), Text(node.Output), Text(node.Error), node.RetryCount, node.MaxRetries);

    private static string? Text(JsonData json) => json.IsMissing ? null : json.ToString();

    // text columns cannot hold U+0000; JsonData sees to that for JSON.
    private static string Storable(string text) => text.Replace('\0', '\ufffd');

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
