namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>What one trigger sets going: the nodes it can reach, and for each how many edges must settle before it is decided.</summary>
internal sealed class EntryPlan
{
    public required int Trigger { get; init; }

    public required bool[] Reachable { get; init; }

    /// <summary>Counts only edges from reachable nodes: what cannot run cannot deliver and counts as dead from the start.</summary>
    public required int[] OpenEdges { get; init; }

    public required int NodeCount { get; init; }

    public static EntryPlan From(int trigger, IReadOnlyList<CompiledNode> nodes)
    {
        var reachable = new bool[nodes.Count];
        var waiting = new Stack<int>([trigger]);
        reachable[trigger] = true;
        while (waiting.TryPop(out var node))
        {
            foreach (var edge in nodes[node].OutgoingEdges)
            {
                if (!reachable[edge.To])
                {
                    reachable[edge.To] = true;
                    waiting.Push(edge.To);
                }
            }
        }

        var open = new int[nodes.Count];
        foreach (var node in nodes)
        {
            open[node.Index] = node.IncomingEdges.Count(edge => reachable[edge.From]);
        }

        return new EntryPlan
        {
            Trigger = trigger,
            Reachable = reachable,
            OpenEdges = open,
            NodeCount = reachable.Count(isReachable => isReachable),
        };
    }
}
