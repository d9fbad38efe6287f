using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Taking up an execution where its rows say it was.</summary>
public sealed partial class ExecutionState
{
    /// <summary>
    /// Continues exactly where the records end. A node that was RUNNING is ready again (with the same idempotency key); one that
    /// waits still waits, see <see cref="Waits"/>; a loop goes on with the iterations it has begun; all others keep what they have.
    /// Nothing restored counts as changed.
    /// </summary>
    public static ExecutionState Restore(CompiledWorkflow workflow, ExecutionStart start, IEnumerable<NodeRecord> records, DateTimeOffset now)
    {
        var state = new ExecutionState(workflow, start);
        var rows = records.ToLookup(record => (workflow.Node(workflow.IndexOf(record.NodeId)).Scope.Id, record.Iteration));
        state.Remember(state._root, rows, now);
        if (state.TriggerPlace.Slot.Status == NodeStatus.Pending)
        {
            state._ready.Add(state.TriggerPlace);
        }

        state.Replay(state._root, isGivenUp: false, now);
        return state;
    }

    /// <summary>The waits outstanding, as they were asked for when the nodes began.</summary>
    public IReadOnlyList<PendingStep> Waits(DateTimeOffset now)
    {
        var waits = new List<PendingStep>(Waiting);
        foreach (var place in Frames.SelectMany(frame => frame.Scope.Nodes.Select(index => new Place(frame, _workflow.Node(index)))))
        {
            switch (place.Slot.Status)
            {
                case NodeStatus.WaitingInput:
                    waits.Add(new(place.Run, Guard(place, static node => node.Node.Behaviour.Begin(node), now)));
                    break;
                case NodeStatus.Retrying:
                    waits.Add(new(place.Run, new NodeStep.Wait(now, RetryReason)));
                    break;
                default:
                    break;
            }
        }

        return waits;
    }

    /// <summary>Puts the rows of a frame back, and makes the frames its loops have begun.</summary>
    private void Remember(Frame frame, ILookup<(int Scope, long Iteration), NodeRecord> rows, DateTimeOffset now)
    {
        foreach (var record in rows[(frame.Scope.Id, frame.Iteration)])
        {
            Remember(new Place(frame, _workflow.Node(_workflow.IndexOf(record.NodeId))), record);
        }

        foreach (var index in frame.Scope.Nodes)
        {
            var node = _workflow.Node(index);
            ref var slot = ref frame.SlotOf(node);
            if (NodeTypes.Iterates(node.Spec) && slot.Status is not NodeStatus.Skipped && ElementsOf(frame, node, rows) is { IsArray: true } elements)
            {
                RememberLoop(new Place(frame, node), elements, rows, now);
            }
        }
    }

    private void Remember(Place place, NodeRecord record)
    {
        ref var slot = ref place.Slot;
        slot.StartedAt = record.StartedAt;
        slot.RetryCount = record.RetryCount;
        slot.Input = record.Input;
        var isOpenLoop = record.Status == NodeStatus.Running && record.Output[LoopPorts.Iteration].IsArray && NodeTypes.Iterates(place.Node.Spec);
        if (record.Status is NodeStatus.Pending or NodeStatus.Running && !isOpenLoop)
        {
            return;
        }

        if (place.Node.ConvertsInput && !record.Input.IsMissing)
        {
            slot.Conversion = ConversionState.Recorded;
        }

        slot.Status = record.Status;
        slot.EndedAt = record.EndedAt;
        slot.Output = record.Output;
        slot.Error = record.Error;
        if (record.Status is NodeStatus.WaitingInput or NodeStatus.Retrying)
        {
            Waiting++;
            Asking += record.Status == NodeStatus.WaitingInput && Asks(place) ? 1 : 0;
        }
        else if (record.Status.IsTerminal())
        {
            place.Frame.Decided++;
            RememberStatic(place);
        }
    }

    /// <summary>What a loop was about; Missing when it had not begun. One that failed over its condition says so no more, and has its iterations.</summary>
    private static JsonData ElementsOf(Frame frame, CompiledNode node, ILookup<(int Scope, long Iteration), NodeRecord> rows) =>
        frame.SlotOf(node).Output[LoopPorts.Iteration] is { IsArray: true } elements ? elements
        : frame.SlotOf(node).Status.IsTerminal() && node.Body is { } body && rows.Contains((body.Id, frame.Iteration * NodeRun.PerLoop)) ? JsonData.EmptyArray
        : default;

    private void RememberLoop(Place place, JsonData elements, ILookup<(int Scope, long Iteration), NodeRecord> rows, DateTimeOffset now)
    {
        // The plan is made of the configuration again; what it was about is taken from the row.
        var behaviour = (LoopNode)place.Node.Behaviour;
        var plan = behaviour.PlanOf(place.Node.RenderConfiguration(() => ContextOf(place, now).Scope), elements);
        var loop = new LoopProgress(place.Node, plan);
        place.Frame.Open(loop);
        if (place.Node.Body is not { } body)
        {
            return;
        }

        var first = place.Frame.Iteration * NodeRun.PerLoop;
        while (rows.Contains((body.Id, first + loop.Begun)))
        {
            var element = plan.IsConditional || plan.Elements.Count <= loop.Begun ? behaviour.ElementOf(place.Node, loop.Begun) : plan.Elements[loop.Begun];
            var frame = MakeFrame(place, loop, loop.Begun, element);
            loop.Begun++;
            loop.Open++;
            Remember(frame, rows, now);
        }
    }

    /// <summary>
    /// Settles what is over: in the bodies first, because a loop's own edges carry what its iterations gave. A frame that a failure ended
    /// is put together like any other, and only then given up: what it had sent out before counts.
    /// </summary>
    private void Replay(Frame frame, bool isGivenUp, DateTimeOffset now)
    {
        var over = frame.Scope.Nodes.Select(_workflow.Node).Where(node => frame.SlotOf(node).Status.IsTerminal()).OrderBy(node => node.Position).ToList();
        var settled = over.FindAll(node => frame.SlotOf(node).Status != NodeStatus.Canceled && !HasStopped(frame, node));
        frame.IsReplaying = true;
        Enter(frame, now);

        // Looked for before anything in here is judged: beside the node that failed, others of these bodies were canceled because of it.
        var failed = isGivenUp ? null : FindStopped(frame);
        CarryInwards(frame, settled);
        foreach (var loop in frame.Loops.OrderBy(loop => loop.Node.Position).ToList())
        {
            Replay(new Place(frame, loop.Node), loop, isGivenUp || failed is not null, now);
            if (IsFinished || frame.IsClosed)
            {
                return;
            }
        }

        if (!isGivenUp && failed is null && over.Exists(node => frame.SlotOf(node).Status == NodeStatus.Canceled))
        {
            Finish(ExecutionStatus.Canceled, now);
            return;
        }

        foreach (var node in settled)
        {
            Settle(new(frame, node), now);
        }

        frame.IsReplaying = false;
        if (failed is { } place)
        {
            StopFor(place, NodeFailure.FromJson(place.Slot.Error), now);
        }
        else if (settled.Count == over.Count)
        {
            LeaveWhenDone(frame, now);
        }
    }

    private void Replay(Place place, LoopProgress loop, bool isGivenUp, DateTimeOffset now)
    {
        foreach (var frame in Iterations(place.Frame, loop).ToList())
        {
            if (IsFinished || place.Frame.IsClosed)
            {
                return;
            }

            Replay(frame, isGivenUp, now);
        }

        if (place.Slot.Status == NodeStatus.Running && !IsFinished && !place.Frame.IsClosed)
        {
            GoOn(place, loop, now);
        }
    }

    /// <summary>The node whose failure has ended this frame: one in it, or in the iterations of loops in it that end with their first failure.</summary>
    private Place? FindStopped(Frame frame)
    {
        foreach (var index in frame.Scope.Nodes)
        {
            if (HasStopped(frame, _workflow.Node(index)))
            {
                return new Place(frame, _workflow.Node(index));
            }
        }

        return frame.Loops.Where(loop => loop.Plan.BreakOnError).SelectMany(loop => Iterations(frame, loop))
            .Select(FindStopped).FirstOrDefault(stopped => stopped is not null);
    }

    private static bool HasStopped(Frame frame, CompiledNode node) =>
        frame.SlotOf(node).Status == NodeStatus.Error && node.Definition.OnError == ErrorStrategy.Stop;

    private IEnumerable<Frame> Iterations(Frame frame, LoopProgress loop)
    {
        for (var index = 0; loop.Node.Body is { } body && index < loop.Begun; index++)
        {
            if (_frames.TryGetValue((body.Id, (frame.Iteration * NodeRun.PerLoop) + index), out var iteration))
            {
                yield return iteration;
            }
        }
    }

    // Bodies are entered before their surroundings are settled, and want what comes in from there.
    private static void CarryInwards(Frame frame, List<CompiledNode> over)
    {
        foreach (var node in over)
        {
            foreach (var edge in node.OutgoingEdges.Where(edge => edge.Kind == EdgeKind.Outer))
            {
                frame.Carry(edge, Ports.On(node.Spec, frame.SlotOf(node).Output, edge.Port));
            }
        }
    }
}
