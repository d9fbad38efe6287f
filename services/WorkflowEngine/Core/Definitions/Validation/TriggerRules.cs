using AiTeams.WorkflowEngine.Core.Data;
using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>What can start the workflow, and what it can reach from there.</summary>
internal static class TriggerRules
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        var listed = document.Source["triggers"].IsArray && document.Source["triggers"].Count > 0;
        for (var index = 0; index < document.Triggers.Count && listed; index++)
        {
            var id = document.Triggers[index];
            var node = document.Nodes.FirstOrDefault(node => node.Id == id);
            if (node is null)
            {
                findings.Error("unknown_node", $"There is no node '{id}'.", Pointer.Append("/triggers", index));
            }
            else if (node.Type != NodeTypes.Trigger)
            {
                findings.Error(
                    "not_a_trigger", $"Node '{node.Name}' is of type {node.Type}, not TRIGGER.", Pointer.Append("/triggers", index), node.Id);
            }
        }

        if (document.Nodes.Count > 0 && !document.Nodes.Any(node => node.Type == NodeTypes.Trigger))
        {
            findings.Warning(
                "no_trigger", "The workflow has no trigger, so nothing can start it.", "/nodes", hint: "Add a node of type TRIGGER, subtype MANUAL.");
        }
        else
        {
            WarnOfUnreachable(document, findings);
        }

        foreach (var (id, _) in document.PinData.Fields)
        {
            if (!document.Nodes.Any(node => node.Id == id))
            {
                findings.Warning("unknown_node", $"pin_data speaks of '{id}', and there is no such node.", Pointer.Append("/pin_data", id));
            }
        }
    }

    private static void WarnOfUnreachable(WorkflowDocument document, Findings findings)
    {
        var reached = document.Triggers.ToHashSet(StringComparer.Ordinal);
        var targets = document.Connections.ToLookup(connection => connection.FromNode, connection => connection.ToNode);
        var waiting = new Stack<string>(reached);
        while (waiting.TryPop(out var id))
        {
            foreach (var target in targets[id].Where(reached.Add))
            {
                waiting.Push(target);
            }
        }

        foreach (var node in document.Nodes.Where(node => !reached.Contains(node.Id) && !NodeTypes.IsAttachable(node.Type)))
        {
            findings.Warning(
                "unreachable_node", $"Node '{node.Name}' cannot be reached from a trigger and will never run.", PointerTo(node, "id"), node.Id);
        }
    }
}
