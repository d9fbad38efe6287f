using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Taking up an execution where its rows say it was.</summary>
public sealed partial class ExecutionState
{
    /// <summary>
    /// Continues exactly where the records end. A node that was RUNNING is ready again (with the same idempotency key); one that
    /// waits still waits, see <see cref="Waits"/>; all others keep what they have. Nothing restored counts as changed.
    /// </summary>
    public static ExecutionState Restore(CompiledWorkflow workflow, ExecutionStart start, IEnumerable<NodeRecord> records, DateTimeOffset now)
    {
        var state = new ExecutionState(workflow, start);
        var rows = records.OrderBy(record => workflow.Node(workflow.IndexOf(record.NodeId)).Position).ToList();
        foreach (var record in rows)
        {
            state.Remember(workflow.IndexOf(record.NodeId), record);
        }

        if (state._slots[state._entry.Trigger].Status == NodeStatus.Pending)
        {
            state._ready.Add(state._entry.Trigger);
        }

        foreach (var record in rows)
        {
            state.Replay(workflow.IndexOf(record.NodeId), now);
        }

        return state;
    }

    /// <summary>The waits outstanding, as they were asked for when the nodes began.</summary>
    public IReadOnlyList<PendingStep> Waits(DateTimeOffset now)
    {
        var waits = new List<PendingStep>(Waiting);
        for (var index = 0; index < _slots.Length; index++)
        {
            if (_slots[index].Status == NodeStatus.WaitingInput)
            {
                var step = Guard(index, context => context.Node.Behaviour.Begin(context), now);
                waits.Add(new(new(_workflow.Node(index).Id), step));
            }
        }

        return waits;
    }

    private void Remember(int index, NodeRecord record)
    {
        ref var slot = ref _slots[index];
        slot.StartedAt = record.StartedAt;
        slot.RetryCount = record.RetryCount;
        slot.Input = record.Input;
        if (record.Status is NodeStatus.Pending or NodeStatus.Running or NodeStatus.Retrying)
        {
            return;
        }

        slot.Status = record.Status;
        slot.EndedAt = record.EndedAt;
        slot.Output = record.Output;
        slot.Error = record.Error;
        if (record.Status == NodeStatus.WaitingInput)
        {
            Waiting++;
        }
        else
        {
            _decided++;
        }
    }

    private void Replay(int index, DateTimeOffset now)
    {
        if (IsFinished || !_slots[index].Status.IsTerminal())
        {
            return;
        }

        var node = _workflow.Node(index);
        switch (_slots[index].Status)
        {
            case NodeStatus.Error when node.Definition.OnError == Definitions.ErrorStrategy.Stop:
                Failure = new(node.Id, node.Name, NodeFailure.FromJson(_slots[index].Error));
                Finish(ExecutionStatus.Error, now);
                break;
            case NodeStatus.Canceled:
                Finish(ExecutionStatus.Canceled, now);
                break;
            default:
                Settle(index, now);
                break;
        }
    }
}
