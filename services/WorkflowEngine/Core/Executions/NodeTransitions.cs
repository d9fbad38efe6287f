using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Every move a node of one execution can make. What is not here does not happen.</summary>
public static class NodeTransitions
{
    public static FrozenDictionary<NodeStatus, FrozenSet<NodeStatus>> Table { get; } =
        new Dictionary<NodeStatus, FrozenSet<NodeStatus>>
        {
            [NodeStatus.Pending] = To(NodeStatus.Running, NodeStatus.Skipped, NodeStatus.Canceled),
            [NodeStatus.Running] = To(
                NodeStatus.Success, NodeStatus.Error, NodeStatus.Canceled, NodeStatus.WaitingInput, NodeStatus.Retrying),
            [NodeStatus.WaitingInput] = To(NodeStatus.Running, NodeStatus.Success, NodeStatus.Error, NodeStatus.Canceled),
            [NodeStatus.Retrying] = To(NodeStatus.Running, NodeStatus.Error, NodeStatus.Canceled),
            [NodeStatus.Success] = [],
            [NodeStatus.Error] = [],
            [NodeStatus.Skipped] = [],
            [NodeStatus.Canceled] = [],
        }.ToFrozenDictionary();

    public static FrozenSet<NodeStatus> From(NodeStatus status) => Table[status];

    public static bool Allows(NodeStatus from, NodeStatus to) => Table[from].Contains(to);

    private static FrozenSet<NodeStatus> To(params NodeStatus[] statuses) => statuses.ToFrozenSet();
}
