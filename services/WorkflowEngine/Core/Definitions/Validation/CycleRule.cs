using AiTeams.WorkflowEngine.Core.Graph;
using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Connections never lead back; repetition is a node's business.</summary>
internal static class CycleRule
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < document.Nodes.Count; at++)
        {
            places.TryAdd(document.Nodes[at].Id, at);
        }

        // Self-loops have their own rule.
        var edges = document.Connections
            .Where(connection => connection.FromNode != connection.ToNode
                && places.ContainsKey(connection.FromNode) && places.ContainsKey(connection.ToNode))
            .Select(connection => (Connection: connection, From: places[connection.FromNode], To: places[connection.ToNode]))
            .ToList();
        var cycle = TopologicalOrder.FindCycle(document.Nodes.Count, edges.ConvertAll(edge => (edge.From, edge.To)));
        if (cycle.Count == 0)
        {
            return;
        }

        var back = edges.First(edge => edge.From == cycle[^1] && edge.To == cycle[0]).Connection;
        var names = cycle.Append(cycle[0]).Select(at => document.Nodes[at].Name);
        findings.Error(
            "cycle", $"The connections go round in a circle: {string.Join(" -> ", names)}.", PointerTo(back, "to_node"), document.Nodes[cycle[0]].Id,
            "Break it at any of its connections; repetition is expressed by loop nodes.");
    }
}
