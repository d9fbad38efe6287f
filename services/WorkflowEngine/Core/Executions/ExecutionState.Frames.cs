using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Where things are: frames by number, outputs by name.</summary>
public sealed partial class ExecutionState
{
    private readonly Dictionary<(int Scope, long Iteration), Frame> _frames = [];

    private Place TriggerPlace => new(_root, _workflow.Node(_entry.Trigger));

    /// <summary>The root and every iteration that is under way.</summary>
    private IEnumerable<Frame> Frames => _frames.Values.Prepend(_root);

    /// <summary>Null when the iteration is over or never began.</summary>
    private Place? Find(NodeRun run)
    {
        var node = _workflow.Node(_workflow.IndexOf(run.NodeId));
        return node.Scope == _root.Scope
            ? run.Iteration == 0 ? new(_root, node) : null
            : _frames.TryGetValue((node.Scope.Id, run.Iteration), out var frame) ? new(frame, node) : null;
    }

    private Place? FindOpen(NodeRun run, NodeStatus status) =>
        !IsFinished && Find(run) is { } place && place.Slot.Status == status && place.Frame.Loop(place.Node) is null ? place : null;

    /// <summary>
    /// What an expression in this frame sees of a node: its run in this frame or one around it, or in a loop elsewhere the iteration that
    /// ended last.
    /// </summary>
    internal JsonData OutputsSeenFrom(Frame frame, string idOrName)
    {
        if (_workflow.Find(idOrName) is not { } node)
        {
            return default;
        }

        var common = frame;
        while (!node.Scope.IsWithin(common.Scope))
        {
            common = common.Parent!;
        }

        while (common is not null && common.Scope != node.Scope)
        {
            common = common.Loop(_workflow.Node(node.Scope.LoopIn(common.Scope)))?.Last;
        }

        var outputs = common is null ? default : common.SlotOf(node).Output;
        return outputs.IsMissing ? outputs : Ports.Expand(node.Spec, outputs);
    }

    private static Frame? FrameAround(Frame frame, LoopScope scope)
    {
        var around = frame;
        while (around is not null && around.Scope != scope)
        {
            around = around.Parent;
        }

        return around;
    }
}
