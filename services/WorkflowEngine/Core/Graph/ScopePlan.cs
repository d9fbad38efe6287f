namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>Writes on every node and edge what the scopes mean for it.</summary>
internal static class ScopePlan
{
    /// <summary>Returns how many ids of scopes there are.</summary>
    public static int Apply(CompiledNode[] nodes, IReadOnlyList<CompiledEdge> edges, LoopScope root, LoopScope[] scopeOf)
    {
        var scopes = scopeOf.Append(root).Distinct().OrderBy(scope => scope.Id).ToArray();
        foreach (var scope in scopes)
        {
            scope.Nodes = [.. Enumerable.Range(0, nodes.Length).Where(node => scopeOf[node] == scope)];
            for (var local = 0; local < scope.Nodes.Length; local++)
            {
                nodes[scope.Nodes[local]].Scope = scope;
                nodes[scope.Nodes[local]].Local = local;
            }

            if (scope.Loop != LoopScope.Root)
            {
                nodes[scope.Loop].Body = scope;
            }
        }

        var placed = Place(edges, scopeOf);
        foreach (var scope in scopes)
        {
            scope.Edges = [.. placed.Where(edge => scopeOf[edge.To] == scope)];
            scope.Exits = [.. placed.Where(edge => edge.Kind == EdgeKind.Exit && scopeOf[edge.From].IsWithin(scope) && !scopeOf[edge.To].IsWithin(scope))];
            scope.Sinks = [.. scope.Nodes.Where(node => !placed.Exists(edge => edge.From == node && scopeOf[edge.To].IsWithin(scope)))];
        }

        foreach (var node in nodes)
        {
            node.IncomingEdges = [.. placed.Where(edge => edge.To == node.Index)];
            node.ConvertsInput = Array.Exists(node.IncomingEdges, edge => edge.Conversion is not null);
            node.OutgoingEdges = [.. placed.Where(edge => edge.From == node.Index)];
        }

        return scopes[^1].Id + 1;
    }

    private static List<CompiledEdge> Place(IReadOnlyList<CompiledEdge> edges, LoopScope[] scopeOf)
    {
        var slots = new Dictionary<LoopScope, int>();
        var placed = new List<CompiledEdge>(edges.Count);
        foreach (var edge in edges)
        {
            var (from, to) = (scopeOf[edge.From], scopeOf[edge.To]);
            var kind = to == from ? EdgeKind.Local
                : edge.Port == Definitions.LoopPorts.Iteration && to.IsInBodyOf(edge.From) ? EdgeKind.Enter
                : to.IsWithin(from) ? EdgeKind.Outer
                : EdgeKind.Exit;
            var slot = slots.GetValueOrDefault(to);
            slots[to] = slot + 1;
            placed.Add(edge with { Kind = kind, Slot = slot });
        }

        return placed;
    }
}
