using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>A run that begins at a node instead of a trigger: what lies before it does not run. Alone: nor does what lies behind it.</summary>
public sealed record PartialRun(string NodeId, bool IsAlone)
{
    /// <summary>Why the workflow cannot be run in this part, as code and reason; null when it can.</summary>
    public static (string Code, string Reason)? Problem(CompiledWorkflow workflow, string nodeId)
    {
        if (workflow.Find(nodeId) is not { } node || node.Id != nodeId)
        {
            return ("unknown_node", $"The workflow has no node '{nodeId}' that runs.");
        }

        return node.Scope == workflow.Root
            ? null
            : ("node_in_loop", $"Node '{node.Name}' is run by the loop '{workflow.UnitOf(node).Name}': begin with that.");
    }
}

/// <summary>A node outside loops that gets this as its input, whatever its connections give.</summary>
public sealed record GivenInput(string NodeId, JsonData Data);
