using AiTeams.WorkflowEngine.Core.Data;
using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>TOOL and MEMORY nodes hang on AI agents, and nothing else does.</summary>
internal static class AttachmentRules
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in document.Nodes)
        {
            types.TryAdd(node.Id, node.Type);
        }

        foreach (var node in document.Nodes.Where(node => node.AttachedNodes.Count > 0))
        {
            var at = PointerTo(node, "attached_nodes");
            if (node.Type != NodeTypes.AiAgent)
            {
                findings.Error(
                    "attached_nodes_not_allowed", $"Node '{node.Name}' is of type {node.Type}; only an AI_AGENT has attached nodes.", at, node.Id);
            }

            for (var index = 0; index < node.AttachedNodes.Count; index++)
            {
                var attached = node.AttachedNodes[index];
                if (!types.TryGetValue(attached, out var type))
                {
                    findings.Error("unknown_attached_node", $"There is no node '{attached}'.", Pointer.Append(at, index), node.Id);
                }
                else if (!NodeTypes.IsAttachable(type))
                {
                    findings.Error(
                        "invalid_attached_node", $"Node '{attached}' is of type {type}; only TOOL and MEMORY nodes are attached.",
                        Pointer.Append(at, index), node.Id);
                }
            }
        }
    }
}
