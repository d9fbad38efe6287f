using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>
/// Readiness. An edge is settled when its source has put a payload on its port (delivered) or never will (dead). A node whose
/// edges are all settled runs if one was delivered, and is skipped otherwise, which settles its own edges as dead.
/// </summary>
public sealed partial class ExecutionState
{
    private void Settle(int source, DateTimeOffset now)
    {
        var settled = new Stack<int>();
        settled.Push(source);
        while (settled.TryPop(out var index))
        {
            var node = _workflow.Node(index);
            var outputs = _slots[index].Output;
            foreach (var edge in node.OutgoingEdges)
            {
                ref var target = ref _slots[edge.To];
                var payload = Ports.On(node.Spec, outputs, edge.Port);
                _arrived[edge.Index] = payload;
                target.Delivered |= !payload.IsMissing;
                if (--target.OpenEdges > 0 || target.Status != NodeStatus.Pending)
                {
                    continue;
                }

                if (target.Delivered)
                {
                    _ready.Add(edge.To);
                }
                else
                {
                    Close(edge.To, NodeStatus.Skipped, default, now);
                    settled.Push(edge.To);
                }
            }
        }

        FinishWhenDone(now);
    }

    private void FinishWhenDone(DateTimeOffset now)
    {
        if (_decided == _entry.NodeCount)
        {
            Finish(ExecutionStatus.Success, now);
        }
    }

    private bool Finish(ExecutionStatus outcome, DateTimeOffset now)
    {
        if (IsFinished)
        {
            return false;
        }

        Outcome = outcome;
        _ready.Clear();
        for (var index = 0; index < _slots.Length; index++)
        {
            if (_slots[index].Status is NodeStatus.Running or NodeStatus.WaitingInput or NodeStatus.Retrying)
            {
                Close(index, NodeStatus.Canceled, default, now);
            }
        }

        return true;
    }

    private void Close(int index, NodeStatus status, JsonData outputs, DateTimeOffset now)
    {
        ref var slot = ref _slots[index];
        switch (slot.Status)
        {
            case NodeStatus.Running:
                InFlight--;
                break;
            case NodeStatus.WaitingInput:
                Waiting--;
                break;
            default:
                break;
        }

        MoveTo(index, status);
        slot.Output = outputs;
        slot.EndedAt = now;
        _decided++;
    }

    private void MoveTo(int index, NodeStatus status)
    {
        ref var slot = ref _slots[index];
        if (slot.Status != status && !NodeTransitions.Allows(slot.Status, status))
        {
            throw new InvalidOperationException(
                $"Node '{_workflow.Node(index).Id}' cannot go from {slot.Status.ToWire()} to {status.ToWire()}.");
        }

        slot.Status = status;
        if (!slot.Changed)
        {
            slot.Changed = true;
            _changed.Add(index);
        }
    }
}
