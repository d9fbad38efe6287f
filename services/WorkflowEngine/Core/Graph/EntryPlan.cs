namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>What one trigger sets going: the nodes it can reach, and for each how many edges must settle before it is decided.</summary>
internal sealed class EntryPlan
{
    public required int Trigger { get; init; }

    /// <summary>
    /// By node. Counts only edges from reachable nodes: what cannot run cannot deliver and counts as dead from the start. A loop counts
    /// the edges from outside into its body too, because an iteration begins with them settled. What cannot be reached never settles.
    /// </summary>
    public required int[] OpenEdges { get; init; }

    /// <summary>By node: whether it has a part in this run.</summary>
    public required bool[] Reachable { get; init; }

    /// <summary>By scope: how many of its nodes can be reached.</summary>
    public required int[] NodeCounts { get; init; }

    /// <param name="trigger">The node it begins with; whatever leads to it has no part in the run.</param>
    /// <param name="nodes">All nodes, by index.</param>
    /// <param name="scopeCount">The ids of scopes are below this.</param>
    /// <param name="alone">Only that node, with its body if it is a loop.</param>
    public static EntryPlan From(int trigger, CompiledNode[] nodes, int scopeCount, bool alone = false)
    {
        var reachable = alone ? Itself(nodes[trigger], nodes) : Reach(trigger, nodes);
        var open = new int[nodes.Length];
        foreach (var edge in nodes.Where(node => reachable[node.Index]).SelectMany(node => node.OutgoingEdges))
        {
            switch (edge.Kind)
            {
                case EdgeKind.Local or EdgeKind.Exit:
                    open[edge.To]++;
                    break;
                case EdgeKind.Outer:
                    open[nodes[edge.To].Scope.LoopIn(nodes[edge.From].Scope)]++;
                    break;
                case EdgeKind.Enter:
                    break;
            }
        }

        foreach (var node in nodes.Where(node => !reachable[node.Index]))
        {
            open[node.Index] = int.MaxValue;              // never decided: what leads into the body of a loop that cannot run must not skip it
        }

        var counts = new int[scopeCount];
        foreach (var node in nodes.Where(node => reachable[node.Index]))
        {
            counts[node.Scope.Id]++;
        }

        return new EntryPlan { Trigger = trigger, OpenEdges = open, Reachable = reachable, NodeCounts = counts };
    }

    private static bool[] Itself(CompiledNode node, CompiledNode[] nodes) =>
        Array.ConvertAll(nodes, other => other == node || (node.Body is { } body && other.Scope.IsWithin(body)));

    private static bool[] Reach(int trigger, CompiledNode[] nodes)
    {
        var reachable = new bool[nodes.Length];
        var waiting = new Stack<int>([trigger]);
        reachable[trigger] = true;
        while (waiting.TryPop(out var node))
        {
            // A loop reaches all of its body itself; what only comes in from outside does not run without the loop.
            foreach (var edge in nodes[node].OutgoingEdges.Where(edge => edge.Kind != EdgeKind.Outer))
            {
                if (!reachable[edge.To])
                {
                    reachable[edge.To] = true;
                    waiting.Push(edge.To);
                }
            }
        }

        return reachable;
    }
}
