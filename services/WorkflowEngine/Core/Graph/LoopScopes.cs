using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>
/// Finds the body of every loop. A body is what can be reached from the loop's port <c>iteration</c> and from no other port of it. A
/// loop without an edge on <c>completed</c> or <c>result</c> ends at the first MERGE instead, which joins the iterations. What two loops
/// side by side both reach comes after them and is in neither body, and so does what that leads to.
/// </summary>
internal static class LoopScopes
{
    /// <summary>The root scope, and the scope of every node by its index. <paramref name="order"/> is topological.</summary>
    public static (LoopScope Root, LoopScope[] ScopeOf) Find(IReadOnlyList<CompiledNode> nodes, IReadOnlyList<CompiledEdge> edges, IReadOnlyList<int> order)
    {
        var root = new LoopScope { Id = 0, Loop = LoopScope.Root, Parent = null };
        var scopes = Enumerable.Repeat(root, nodes.Count).ToArray();
        var outgoing = edges.ToLookup(edge => edge.From);
        var loops = order.Where(node => NodeTypes.Iterates(nodes[node].Spec)).ToArray();
        var bodies = loops.ToDictionary(loop => loop, loop => Body(loop, nodes, outgoing));
        var made = new Dictionary<int, HashSet<int>>();
        var count = 1;
        foreach (var loop in loops)                       // outer loops come before the loops in their bodies
        {
            var around = scopes[loop];
            var beside = loops.Where(other => other != loop && scopes[other] == around
                && (made.ContainsKey(other) || (!bodies[loop].Contains(other) && !bodies[other].Contains(loop))));

            // Also what another's body only leads to, the MERGE it ends at: except by way of this loop, which then simply comes later.
            var shared = beside.SelectMany(other => Reach(made.GetValueOrDefault(other, bodies[other]), outgoing, except: loop)).ToHashSet();
            var scope = new LoopScope { Id = count++, Loop = loop, Parent = around };
            var inside = bodies[loop].Where(node => scopes[node] == around && !shared.Contains(node)).ToHashSet();

            // What the loop leads to outside of its body waits for the loop; the body cannot wait for that in turn.
            var after = Reach([loop], outgoing).Where(node => node != loop && !inside.Contains(node));
            inside.ExceptWith(Reach([.. after], outgoing));
            made[loop] = inside;
            foreach (var node in inside)
            {
                scopes[node] = scope;
            }
        }

        return (root, scopes);
    }

    /// <summary>These nodes and all that come after them, though not through the one excepted.</summary>
    private static HashSet<int> Reach(IReadOnlyCollection<int> from, ILookup<int, CompiledEdge> outgoing, int except = -1)
    {
        var reached = new HashSet<int>(from);
        var waiting = new Stack<int>(from);
        while (waiting.TryPop(out var node))
        {
            foreach (var edge in outgoing[node].Where(edge => edge.To != except && reached.Add(edge.To)))
            {
                waiting.Push(edge.To);
            }
        }

        return reached;
    }

    private static HashSet<int> Body(int loop, IReadOnlyList<CompiledNode> nodes, ILookup<int, CompiledEdge> outgoing)
    {
        var endsAtMerge = !outgoing[loop].Any(edge => edge.Port is LoopPorts.Completed or ConnectionDefinition.DefaultOutputKey);
        var body = Reach(outgoing[loop].Where(edge => edge.Port == LoopPorts.Iteration),
            node => !endsAtMerge || nodes[node].Definition is not { Type: NodeTypes.Flow, Subtype: "MERGE" });
        body.ExceptWith(Reach(outgoing[loop].Where(edge => edge.Port != LoopPorts.Iteration), static _ => true));
        return body;

        HashSet<int> Reach(IEnumerable<CompiledEdge> from, Func<int, bool> enters)
        {
            var reached = new HashSet<int>();
            var waiting = new Stack<int>(from.Select(edge => edge.To));
            while (waiting.TryPop(out var node))
            {
                if (enters(node) && reached.Add(node))
                {
                    foreach (var edge in outgoing[node])
                    {
                        waiting.Push(edge.To);
                    }
                }
            }

            return reached;
        }
    }
}
