namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>Orders nodes so that every edge points forward; among equals the document's order decides.</summary>
internal static class TopologicalOrder
{
    /// <summary>Fewer places than nodes when there is a cycle: the rest is on one or behind one.</summary>
    public static List<int> Sort(int nodeCount, IReadOnlyList<(int From, int To)> edges)
    {
        var open = new int[nodeCount];
        var targets = new List<int>?[nodeCount];
        foreach (var (from, to) in edges)
        {
            open[to]++;
            (targets[from] ??= []).Add(to);
        }

        var ready = new PriorityQueue<int, int>();
        for (var node = 0; node < nodeCount; node++)
        {
            if (open[node] == 0)
            {
                ready.Enqueue(node, node);
            }
        }

        var order = new List<int>(nodeCount);
        while (ready.TryDequeue(out var node, out _))
        {
            order.Add(node);
            foreach (var target in targets[node] ?? [])
            {
                if (--open[target] == 0)
                {
                    ready.Enqueue(target, target);
                }
            }
        }

        return order;
    }

    /// <summary>The nodes of one cycle, in the order they are walked; empty when there is none.</summary>
    public static IReadOnlyList<int> FindCycle(int nodeCount, IReadOnlyList<(int From, int To)> edges)
    {
        var remaining = Enumerable.Range(0, nodeCount).Except(Sort(nodeCount, edges)).ToHashSet();
        if (remaining.Count == 0)
        {
            return [];
        }

        // Every remaining node has a remaining predecessor, so walking backwards must come around.
        var seenAt = new Dictionary<int, int>();
        var walk = new List<int>();
        var node = remaining.Min();
        while (seenAt.TryAdd(node, walk.Count))
        {
            walk.Add(node);
            node = edges.First(edge => edge.To == node && remaining.Contains(edge.From)).From;
        }

        var cycle = walk[seenAt[node]..];
        cycle.Reverse();
        var first = cycle.IndexOf(cycle.Min());
        return [.. cycle[first..], .. cycle[..first]];
    }
}
