using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>
/// Readiness. An edge is settled when its source has put a payload on its port (delivered) or never will (dead). A node whose
/// edges are all settled runs if one was delivered, and is skipped otherwise, which settles its own edges as dead.
/// </summary>
public sealed partial class ExecutionState
{
    private void Settle(Place source, DateTimeOffset now)
    {
        var settled = new Stack<CompiledNode>();
        settled.Push(source.Node);
        while (settled.TryPop(out var node))
        {
            Deliver(new(source.Frame, node), settled, now);
        }

        LeaveWhenDone(source.Frame, now);
    }

    private void Deliver(Place source, Stack<CompiledNode> settled, DateTimeOffset now)
    {
        var (frame, node) = source;
        var outputs = source.Slot.Output;
        foreach (var edge in node.OutgoingEdges)
        {
            if (!_entry.Reachable[edge.To])
            {
                continue;                                 // this run is only about a part of the workflow
            }

            switch (edge.Kind)
            {
                case EdgeKind.Local:
                    Arrive(frame, edge, Ports.On(node.Spec, outputs, edge.Port), settled, now);
                    break;
                case EdgeKind.Exit:
                    frame.Carry(edge, Ports.On(node.Spec, outputs, edge.Port));
                    break;
                case EdgeKind.Outer:
                    frame.Carry(edge, Ports.On(node.Spec, outputs, edge.Port));
                    SettleOne(frame, _workflow.Node(_workflow.Node(edge.To).Scope.LoopIn(frame.Scope)), settled, now);
                    break;
                case EdgeKind.Enter:
                    break;                                // taken when an iteration begins
            }
        }

        if (node.Body is { } body)
        {
            DeliverExits(frame, body, frame.Loop(node), settled, now);
        }
    }

    /// <summary>A loop is over: what its iterations sent out goes on as lists.</summary>
    private void DeliverExits(Frame frame, LoopScope body, LoopProgress? loop, Stack<CompiledNode> settled, DateTimeOffset now)
    {
        foreach (var edge in body.Exits)
        {
            var payload = loop is null ? default : loop.Exit(edge);
            if (!_entry.Reachable[edge.To])
            {
                continue;
            }

            if (_workflow.Node(edge.To).Scope == frame.Scope)
            {
                Arrive(frame, edge, payload, settled, now);
            }
            else
            {
                frame.Carry(edge, payload);
            }
        }
    }

    private void Arrive(Frame frame, CompiledEdge edge, JsonData payload, Stack<CompiledNode> settled, DateTimeOffset now)
    {
        var target = _workflow.Node(edge.To);
        ref var slot = ref frame.SlotOf(target);
        var isFirst = !slot.Delivered && !payload.IsMissing;
        frame.Arrived[edge.Slot] = payload;
        slot.Delivered |= isFirst;
        SettleOne(frame, target, settled, now);
        if (isFirst)
        {
            LimitMerge(new(frame, target), now);
        }
    }

    private void SettleOne(Frame frame, CompiledNode target, Stack<CompiledNode> settled, DateTimeOffset now)
    {
        ref var slot = ref frame.SlotOf(target);
        if (--slot.OpenEdges > 0 || slot.Status != NodeStatus.Pending)
        {
            return;
        }

        if (slot.Delivered || IsGiven(frame, target))
        {
            _ready.Add(new(frame, target));
            return;
        }

        Close(new(frame, target), NodeStatus.Skipped, default, now);
        settled.Push(target);
    }

    private bool Finish(ExecutionStatus outcome, DateTimeOffset now)
    {
        if (IsFinished)
        {
            return false;
        }

        Outcome = outcome;
        _ready.Clear();
        foreach (var frame in Frames)
        {
            CancelOpen(frame, now);
        }

        return true;
    }

    private void CancelOpen(Frame frame, DateTimeOffset now)
    {
        frame.IsClosed = true;
        foreach (var index in frame.Scope.Nodes)
        {
            var place = new Place(frame, _workflow.Node(index));
            var status = place.Slot.Status;

            // Begun before a restart and not begun again since: its row says RUNNING.
            var wasBegun = status == NodeStatus.Pending && place.Slot.StartedAt is not null;
            if (wasBegun || status is NodeStatus.Running or NodeStatus.WaitingInput or NodeStatus.Retrying)
            {
                Close(place, NodeStatus.Canceled, place.Slot.Output, now);
            }
        }
    }

    private void Close(Place place, NodeStatus status, JsonData outputs, DateTimeOffset now)
    {
        ref var slot = ref place.Slot;
        switch (slot.Status)
        {
            case NodeStatus.Running when place.Frame.Loop(place.Node) is null:
                InFlight--;
                break;
            case NodeStatus.WaitingInput or NodeStatus.Retrying:
                Waiting--;
                Asking -= slot.Status == NodeStatus.WaitingInput && Asks(place) ? 1 : 0;
                break;
            default:
                break;
        }

        MoveTo(place, status);
        slot.Output = outputs;
        slot.EndedAt = now;
        place.Frame.Decided++;
        KeepStatic(place);
    }

    private void MoveTo(Place place, NodeStatus status)
    {
        ref var slot = ref place.Slot;
        if (slot.Status != status && !NodeTransitions.Allows(slot.Status, status))
        {
            throw new InvalidOperationException($"Node '{place.Node.Id}' cannot go from {slot.Status.ToWire()} to {status.ToWire()}.");
        }

        slot.Status = status;
        if (!slot.Changed)
        {
            slot.Changed = true;
            _changed.Add(place);
        }
    }
}
