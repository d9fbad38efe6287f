using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Both ends of every connection exist and fit.</summary>
internal static class ConnectionRules
{
    private const int MaxConversionLength = 100_000;

    public static void Check(WorkflowDocument document, Findings findings)
    {
        if (document.Connections.Count > MaxConnections)
        {
            findings.Error(
                "too_many_connections", $"The workflow has {document.Connections.Count} connections; at most {MaxConnections} are allowed.",
                "/connections");
        }

        var nodes = new Dictionary<string, NodeDefinition>(StringComparer.Ordinal);
        foreach (var node in document.Nodes)
        {
            nodes.TryAdd(node.Id, node);
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        var edges = new HashSet<(string, string, string)>();
        foreach (var connection in document.Connections)
        {
            if (connection.Id.Length > 0 && !ids.Add(connection.Id))
            {
                findings.Error("duplicate_connection_id", $"The id '{connection.Id}' is used twice.", PointerTo(connection, "id"));
            }

            if (!edges.Add((connection.FromNode, connection.OutputKey, connection.ToNode)))
            {
                findings.Warning("duplicate_connection", "The same connection is there already.", PointerTo(connection, "to_node"));
            }

            CheckEnds(connection, nodes, findings);
            if (connection.ConversionFunction is { Length: > MaxConversionLength })
            {
                findings.Error(
                    "conversion_function_too_long", $"The function has more than {MaxConversionLength} characters.", PointerTo(connection, "conversion_function"));
            }
        }
    }

    private static void CheckEnds(ConnectionDefinition connection, Dictionary<string, NodeDefinition> nodes, Findings findings)
    {
        var from = CheckEnd(connection, connection.FromNode, "from_node", nodes, findings);
        var to = CheckEnd(connection, connection.ToNode, "to_node", nodes, findings);
        if (from is not null && ReferenceEquals(from, to))
        {
            findings.Error("self_loop", $"Node '{from.Name}' is connected to itself.", PointerTo(connection, "to_node"), from.Id);
        }

        if (to?.Type == NodeTypes.Trigger)
        {
            findings.Error(
                "connection_into_trigger", $"Node '{to.Name}' is a trigger: it starts a run and takes no input.", PointerTo(connection, "to_node"), to.Id);
        }

        if (from is not null && NodeCatalog.FindActive(from.Type, from.Subtype) is { } spec
            && connection.OutputKey != NodeSpec.ErrorPort && !spec.PortsOf(from.Configurations).Contains(spec.PortName(connection.OutputKey)))
        {
            findings.Error(
                "unknown_output_key", $"{spec.Type}.{spec.Subtype} has no output '{connection.OutputKey}'.", PointerTo(connection, "output_key"), from.Id,
                $"One of {string.Join(", ", spec.PortsOf(from.Configurations))}, {NodeSpec.ErrorPort}.");
        }
    }

    private static NodeDefinition? CheckEnd(
        ConnectionDefinition connection, string id, string field, Dictionary<string, NodeDefinition> nodes, Findings findings)
    {
        if (id.Length == 0)
        {
            return null;
        }

        if (!nodes.TryGetValue(id, out var node))
        {
            findings.Error("unknown_node", $"There is no node '{id}'.", PointerTo(connection, field));
            return null;
        }

        if (NodeTypes.IsAttachable(node.Type))
        {
            findings.Error(
                "attachable_in_connection", $"Node '{node.Name}' is a {node.Type}: it is attached to an AI_AGENT, not connected.",
                PointerTo(connection, field), node.Id, "List its id in the agent's attached_nodes.");
        }

        return node;
    }
}
