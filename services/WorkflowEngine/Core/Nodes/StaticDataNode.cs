using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// ACTION.STATIC_DATA keeps values for later runs of the same workflow; they read them as <c>$static.name</c>. Kept is what the rendered
/// configuration says, in the transaction that makes the node's success true.
/// </summary>
internal sealed class StaticDataNode : NodeBehaviour
{
    private const int MaxWeight = 262_144;
    private const string Values = "values";

    public override NodeStep Begin(NodeContext node)
    {
        var values = node.Configuration[Values];
        if (!values.IsObject)
        {
            return new NodeStep.Failed(new("invalid_parameter", "'values' is an object of name to value."));
        }

        return values.Weight > MaxWeight
            ? new NodeStep.Failed(new("too_large", $"What is kept between runs may have at most {MaxWeight} characters."))
            : NodeStep.Result(JsonData.Object(("data", node.Data.IsMissing ? JsonData.Null : node.Data), (Values, values)));
    }

    /// <summary>What a run of such a node keeps, from its outputs.</summary>
    public static JsonData ValuesOf(JsonData outputs) =>
        outputs[ConnectionDefinition.DefaultOutputKey][Values] is { IsObject: true } values ? values : JsonData.EmptyObject;
}
