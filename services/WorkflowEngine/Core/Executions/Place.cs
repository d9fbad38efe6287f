using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>A node in one frame: what a <see cref="NodeRun"/> names. Sorted by scope, iteration and the document's order.</summary>
internal readonly record struct Place(Frame Frame, CompiledNode Node) : IComparable<Place>
{
    public ref NodeSlot Slot => ref Frame.SlotOf(Node);

    public NodeRun Run => new(Node.Id, Frame.Iteration);

    public int CompareTo(Place other)
    {
        var scope = Frame.Scope.Id.CompareTo(other.Frame.Scope.Id);
        var iteration = scope != 0 ? scope : Frame.Iteration.CompareTo(other.Frame.Iteration);
        return iteration != 0 ? iteration : Node.Index.CompareTo(other.Node.Index);
    }

    public NodeRecord ToRecord()
    {
        ref readonly var slot = ref Slot;
        return new NodeRecord
        {
            NodeId = Node.Id,
            Iteration = Frame.Iteration,
            NodeName = Node.Name,
            NodeType = Node.Definition.Type,
            NodeSubtype = Node.Definition.Subtype,
            Position = Node.Position,
            Status = slot.Status,
            StartedAt = slot.StartedAt,
            EndedAt = slot.EndedAt,
            Input = slot.Input,
            Output = slot.Output,
            Error = slot.Error,
            RetryCount = slot.RetryCount,
            MaxRetries = Node.Definition.MaxRetries,
        };
    }
}
