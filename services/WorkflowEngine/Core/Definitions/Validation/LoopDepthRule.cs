using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Loops stand only so deep in one another; asked when everything else is right, because what is in which loop takes a whole graph.</summary>
internal static class LoopDepthRule
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        var workflow = CompiledWorkflow.Compile(document);
        foreach (var node in workflow.Nodes.Where(node => node.Body is { Depth: > NodeRun.MaxLoopDepth }))
        {
            findings.Error(
                "loops_too_deep", $"The loop '{node.Name}' stands in {node.Scope.Depth} others; at most {NodeRun.MaxLoopDepth - 1} are possible.",
                PointerTo(node.Definition, "subtype"), node.Id, "Loop over a list made with ACTION.DATA_TRANSFORMATION (flatten) instead.");
        }
    }
}
