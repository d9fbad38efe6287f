using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Identity and kind of each node.</summary>
internal static class NodeRules
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        if (document.Nodes.Count == 0)
        {
            findings.Error("no_nodes", "A workflow needs at least one node.", "/nodes");
        }
        else if (document.Nodes.Count > MaxNodes)
        {
            findings.Error("too_many_nodes", $"The workflow has {document.Nodes.Count} nodes; at most {MaxNodes} are allowed.", "/nodes");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in document.Nodes)
        {
            if (node.Id.Length > 0 && !ids.TryAdd(node.Id, node.Index))
            {
                findings.Error(
                    "duplicate_node_id", $"The id '{node.Id}' is already that of /nodes/{ids[node.Id]}.", PointerTo(node, "id"), node.Id);
            }

            if (node.Name.Length > 0 && !names.TryAdd(node.Name, node.Id))
            {
                findings.Error(
                    "duplicate_node_name", $"The name '{node.Name}' is already that of node '{names[node.Name]}'.", PointerTo(node, "name"),
                    node.Id, "Expressions find nodes by name, so each has its own.");
            }

            CheckWords(node, findings);
            CheckKind(node, findings);
        }
    }

    private static void CheckWords(NodeDefinition node, Findings findings)
    {
        if (node.Name.Trim().Length > 0 && node.Name.Any(char.IsWhiteSpace))
        {
            findings.Error(
                "name_with_spaces", $"The name '{node.Name}' contains spaces.", PointerTo(node, "name"), node.Id,
                $"Write '{string.Join('_', node.Name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}'.");
        }

        if (string.IsNullOrWhiteSpace(node.Description))
        {
            findings.Warning("missing_description", $"Node '{node.Name}' has no description.", PointerTo(node, "description"), node.Id);
        }
    }

    private static void CheckKind(NodeDefinition node, Findings findings)
    {
        if (node.Type.Length == 0 || node.Subtype.Length == 0)
        {
            return;
        }

        if (!NodeTypes.IsKnown(node.Type))
        {
            findings.Error(
                "unknown_node_type", $"There is no node type '{node.Type}'.", PointerTo(node, "type"), node.Id,
                $"One of {string.Join(", ", NodeTypes.All)}.");
        }
        else if (!NodeTypes.SubtypesOf(node.Type).Contains(node.Subtype))
        {
            findings.Error(
                "unknown_node_subtype", $"{node.Type} has no subtype '{node.Subtype}'.", PointerTo(node, "subtype"), node.Id,
                $"One of {string.Join(", ", NodeTypes.SubtypesOf(node.Type))}.");
        }
        else if (NodeCatalog.FindActive(node.Type, node.Subtype) is null)
        {
            findings.Error(
                "unsupported_subtype", $"{node.Type}.{node.Subtype} is known, but not available yet.", PointerTo(node, "subtype"), node.Id,
                "GET /node-types tells which are.");
        }
    }
}
