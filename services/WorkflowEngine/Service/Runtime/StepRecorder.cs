using System.Globalization;
using AiTeams.Contracts.Events;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Definitions;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>Turns what a step changed into one unit: node rows, log lines with their sequence, and the execution's own change.</summary>
internal sealed class StepRecorder(ExecutionRow row, string workflowName, long lastSequence)
{
    private readonly List<(string, long, string)> _fired = [];
    private readonly RunLog _log = new(row, workflowName, lastSequence);
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
        var changes = state.DrainChanges();
        _log.Follow(state, changes);
        Open(unit, state.IsHeld, now);
        unit.FiredTimers.AddRange(_fired);
        _fired.Clear();
        foreach (var node in changes)
        {
            unit.Nodes.Add(Row(node, now));
            _log.Node(unit, state, node, now);
            if (node is { Status: NodeStatus.Canceled, NodeType: NodeTypes.HumanInTheLoop })
            {
                unit.Withdrawn.Add((row.Id, node.NodeId, node.Iteration));
            }
        }

        unit.Kept.AddRange(state.DrainKept().Select(kept => kept.ToString()));
        if (state.Outcome is { } outcome)
        {
            Close(unit, outcome, state.Failure, now);
            unit.StopsChildren = outcome != ExecutionStatus.Success && state.Workflow.CallsWorkflows;
        }

        return unit;
    }

    /// <summary>
    /// Nothing to do until then, or until somebody resumes it when there is no such time: the execution gives up its place in memory and its owner.
    /// </summary>
    public void RecordPause(WriteUnit unit, ExecutionStatus status, DateTimeOffset? until, DateTimeOffset now)
    {
        // That it waits for a person was said with the question.
        if (status == ExecutionStatus.Paused && (until is not null || !_saidPaused))
        {
            _log.Paused(unit, until, now);
        }

        unit.Change = new ExecutionChange(status.ToWire(), null, null, null, Release: true);
    }

    /// <summary>A question was put to people.</summary>
    public void Asked(WriteUnit unit, NodeRun node, Guid interactionId, Question question, DateTimeOffset now) =>
        _log.Asked(unit, node, interactionId, question, now);

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
        if (_log.IsEmpty)
        {
            _log.Started(unit, now);
        }
        else if (!isHeld)
        {
            _log.Continued(unit, now);
        }
    }

    private void Close(WriteUnit unit, ExecutionStatus outcome, ExecutionFailure? failure, DateTimeOffset now)
    {
        var status = outcome.ToWire();
        var error = failure is null ? null : Storable(failure.Cause.Message);
        _log.Ended(unit, outcome, failure, now);
        unit.Change = new ExecutionChange(
            status, now.ToUnixTimeMilliseconds(), error,
            failure is null ? null : Text(failure.Cause.ToJson().With("error_node_id", failure.NodeId).With("error_node_name", failure.NodeName)),
            Release: false);
        unit.Wakes = Caller(now);
        unit.Events.Add(new ExecutionFinished(row.UserId, row.WorkflowId, row.ExecutionId, status, error, now));
    }

    // A sub-workflow's key names the node run that wants it.
    private CallerToWake? Caller(DateTimeOffset now)
    {
        if (row is not { TriggeredBy: RunSubWorkflow.TriggeredBy, ParentExecutionId: { } caller, IdempotencyKey: { } key })
        {
            return null;
        }

        var behindNode = key.LastIndexOf(':');
        return new CallerToWake(
            Guid.CreateVersion7(now), caller, key[(caller.Length + 1)..behindNode], long.Parse(key.AsSpan(behindNode + 1), CultureInfo.InvariantCulture));
    }

    private static NodeRow Row(NodeRecord node, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), node.NodeId, node.NodeName, node.NodeType, node.NodeSubtype, node.Iteration, node.Position, node.Status.ToWire(),
        node.StartedAt?.ToUnixTimeMilliseconds(), node.EndedAt?.ToUnixTimeMilliseconds(),
        Text(node.Input), Text(node.Output), Text(node.Error), node.RetryCount, node.MaxRetries);

    private static string? Text(JsonData json) => json.IsMissing ? null : json.ToString();

    // text columns cannot hold U+0000; JsonData sees to that for JSON.
    private static string Storable(string text) => text.Replace('\0', '\ufffd');
}
