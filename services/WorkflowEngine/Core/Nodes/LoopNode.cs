using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// What LOOP, FOR_EACH and WHILE have in common: they say what is to be repeated, and give the count and the results when it is over.
/// </summary>
internal abstract class LoopNode : NodeBehaviour
{
    /// <summary>The plan for these elements; Missing elements make it a conditional one.</summary>
    public abstract LoopPlan PlanOf(JsonData configuration, JsonData elements);

    /// <summary>For a conditional loop: whether there is another iteration.</summary>
    public virtual bool GoesOn(NodeContext node, LoopProgress loop) => false;

    /// <summary>For a conditional loop: what an iteration is about.</summary>
    public virtual JsonData ElementOf(CompiledNode node, int index) => JsonData.Object(("index", index));

    /// <summary>An object of port to payload, for when the last iteration is over.</summary>
    public virtual JsonData Outputs(NodeContext node, LoopProgress loop)
    {
        var results = loop.Plan.CollectResults ? loop.Results : JsonData.EmptyArray;
        var isComplete = loop.Plan.IsConditional ? loop.Begun < loop.Plan.MaxIterations : loop.Begun == loop.Plan.Elements.Count;
        return JsonData.Object(
            (LoopPorts.Iteration, loop.Plan.IsConditional ? JsonData.EmptyArray : loop.Plan.Elements),
            (ConnectionDefinition.DefaultOutputKey, JsonData.Object(
                ("data", node.Data.IsMissing ? JsonData.Null : node.Data),
                ("total_iterations", loop.Begun),
                ("successful_iterations", loop.Succeeded),
                ("failed_iterations", loop.Failed),
                ("loop_completed", isComplete),
                ("final_result", loop.LastResult.IsMissing ? JsonData.Null : loop.LastResult),
                ("iteration_results", results))));
    }

    protected static int Whole(JsonData value, int otherwise) =>
        value.TryGetInteger(out var number) ? (int)Math.Clamp(number, 1, NodeRun.PerLoop) : otherwise;
}
