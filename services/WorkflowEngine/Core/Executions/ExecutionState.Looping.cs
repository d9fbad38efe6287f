using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Repetition: a loop's body is run as a frame of its own for every element; the loop is over when its last frame is.</summary>
public sealed partial class ExecutionState
{
    /// <summary>The loop's row says at once what it is going to do, so that a restored run does the same.</summary>
    private void OpenLoop(Place place, LoopPlan plan, DateTimeOffset now)
    {
        var loop = new LoopProgress(place.Node, plan);
        place.Frame.Open(loop);
        InFlight--;                                       // nothing outside is outstanding for the loop itself
        place.Slot.Output = JsonData.Object((Definitions.LoopPorts.Iteration, plan.IsConditional ? JsonData.EmptyArray : plan.Elements));
        GoOn(place, loop, now);
    }

    /// <summary>Begins what may begin, and ends the loop when nothing is left.</summary>
    private void GoOn(Place place, LoopProgress loop, DateTimeOffset now)
    {
        while (!IsFinished && !loop.IsExhausted && loop.Open < loop.Plan.Concurrency)
        {
            if (NextElement(place, loop, now) is not { } element)
            {
                break;
            }

            if (place.Node.Body is null)
            {
                loop.RecordEmpty();                       // a loop around nothing counts, and that is all
                continue;
            }

            BeginIteration(place, loop, element, now);
        }

        if (!IsFinished && loop is { Open: 0, IsExhausted: true } && place.Slot.Status == NodeStatus.Running)
        {
            Apply(place, new NodeStep.Completed(((LoopNode)place.Node.Behaviour).Outputs(ContextOf(place, now), loop)), now);
        }
    }

    /// <summary>Null when there is none: the loop is exhausted, or has failed over its condition.</summary>
    private JsonData? NextElement(Place place, LoopProgress loop, DateTimeOffset now)
    {
        if (loop.Begun >= loop.Plan.MaxIterations || (!loop.Plan.IsConditional && loop.Begun >= loop.Plan.Elements.Count))
        {
            loop.IsExhausted = true;
            return null;
        }

        if (!loop.Plan.IsConditional)
        {
            return loop.Plan.Elements[loop.Begun];
        }

        var holds = false;
        var asked = Guard(place, node =>
        {
            holds = ((LoopNode)node.Node.Behaviour).GoesOn(node, loop);
            return new NodeStep.Completed(default);
        }, now);
        if (asked is NodeStep.Failed failed)
        {
            loop.IsExhausted = true;
            ApplyFailure(place, failed, now);
            return null;
        }

        loop.IsExhausted = !holds;
        return holds ? ((LoopNode)place.Node.Behaviour).ElementOf(place.Node, loop.Begun) : default(JsonData?);
    }

    private void BeginIteration(Place place, LoopProgress loop, JsonData element, DateTimeOffset now)
    {
        var frame = MakeFrame(place, loop, loop.Begun, element);
        loop.Begun++;
        loop.Open++;
        Enter(frame, now);
        LeaveWhenDone(frame, now);
    }

    private Frame MakeFrame(Place place, LoopProgress loop, int index, JsonData element)
    {
        var frame = new Frame(loop.Node.Body!, place.Frame, index, element, _entry);
        _frames[(frame.Scope.Id, frame.Iteration)] = frame;
        return frame;
    }

    /// <summary>Settles what comes into the body from outside, and lets its first nodes run.</summary>
    private void Enter(Frame frame, DateTimeOffset now)
    {
        foreach (var edge in frame.Scope.Edges)
        {
            var payload = edge.Kind switch
            {
                EdgeKind.Enter => FrameAround(frame, _workflow.Node(edge.From).Body!)!.Element,
                EdgeKind.Outer => FrameAround(frame, _workflow.Node(edge.From).Scope)!.Carried(edge),
                _ => default,
            };
            frame.Arrived[edge.Slot] = payload;
            frame.SlotOf(_workflow.Node(edge.To)).Delivered |= !payload.IsMissing;
        }

        var skipped = new Stack<CompiledNode>();
        foreach (var index in frame.Scope.Nodes)
        {
            var node = _workflow.Node(index);
            ref var slot = ref frame.SlotOf(node);
            if (slot.OpenEdges > 0 || slot.Status != NodeStatus.Pending || !node.Incoming.Any(edge => edge.Kind is EdgeKind.Enter or EdgeKind.Outer))
            {
                continue;
            }

            if (slot.Delivered)
            {
                _ready.Add(new(frame, node));
            }
            else
            {
                Close(new(frame, node), NodeStatus.Skipped, default, now);
                skipped.Push(node);
            }
        }

        while (skipped.TryPop(out var node))
        {
            Deliver(new(frame, node), skipped, now);
        }
    }

    private void LeaveWhenDone(Frame frame, DateTimeOffset now)
    {
        if (frame.Decided == frame.NodeCount && frame is { IsReplaying: false, IsClosed: false })
        {
            Leave(frame, failed: false, now);
        }
    }

    /// <summary>A frame is over: the run with the root's, otherwise its iteration.</summary>
    private void Leave(Frame frame, bool failed, DateTimeOffset now)
    {
        if (frame.Parent is not { } parent)
        {
            Finish(ExecutionStatus.Success, now);
            return;
        }

        frame.IsClosed = true;
        _frames.Remove((frame.Scope.Id, frame.Iteration));
        var place = new Place(parent, _workflow.Node(frame.Scope.Loop));
        var loop = parent.Loop(place.Node)!;
        loop.Record(frame, failed ? default : ResultOf(frame), failed);
        if (place.Slot.Status == NodeStatus.Running)
        {
            GoOn(place, loop, now);
        }
    }

    /// <summary>A failure in a body whose loop goes on in spite of it: what is open in the iteration is canceled. False: no such loop.</summary>
    private bool GiveUpIteration(Frame frame, DateTimeOffset now)
    {
        var failed = frame;
        while (failed.Parent is { } parent && parent.Loop(_workflow.Node(failed.Scope.Loop))!.Plan.BreakOnError)
        {
            failed = parent;
        }

        if (failed.Parent is null)
        {
            return false;
        }

        foreach (var inside in _frames.Values.Where(inside => FrameAround(inside, failed.Scope) == failed).ToArray())
        {
            CancelOpen(inside, now);
            _frames.Remove((inside.Scope.Id, inside.Iteration));
        }

        _ready.RemoveAll(place => place.Frame.IsClosed);
        Leave(failed, failed: true, now);
        return true;
    }

    /// <summary>What the last nodes of the run gave: a payload, or by name when there are several; Missing for nothing.</summary>
    public JsonData Result => ResultOf(_root);

    /// <summary>What the last nodes of an iteration gave: a payload, or by name when there are several; Missing for nothing.</summary>
    private JsonData ResultOf(Frame frame)
    {
        var given = new List<(string Name, JsonData Payload)>();
        foreach (var index in frame.Scope.Sinks)
        {
            var node = _workflow.Node(index);
            var outputs = frame.SlotOf(node).Output;
            var port = node.Ports.FirstOrDefault(port => port != Definitions.LoopPorts.Iteration && !Ports.On(node.Spec, outputs, port).IsMissing);
            if (port is not null)
            {
                given.Add((node.Name, Ports.On(node.Spec, outputs, port)));
            }
        }

        return given.Count switch { 0 => default, 1 => given[0].Payload, _ => JsonData.Object([.. given]) };
    }
}
