using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>FLOW.DELAY. The due time counts from the node's first start, so a restart does not begin the wait anew.</summary>
internal sealed class DelayNode : NodeBehaviour
{
    public const string Reason = "delay";
    private const double MaxSeconds = 86400;

    public override NodeStep Begin(NodeContext node) => Duration(node) is { } seconds
        ? new NodeStep.Wait(node.StartedAt.AddSeconds(seconds), Reason)
        : new NodeStep.Failed(new("invalid_parameter", $"The duration must be a number of seconds from 0 to {MaxSeconds}."));

    public override NodeStep AfterWait(NodeContext node)
    {
        var info = JsonData.Object(
            ("planned_delay_seconds", Duration(node) ?? 0),
            ("actual_delay_seconds", (node.Now - node.StartedAt).TotalSeconds),
            ("delay_start_time", JsonData.Of(node.StartedAt)),
            ("delay_end_time", JsonData.Of(node.Now)),
            ("delay_type_used", "fixed"),
            ("was_cancelled", false));
        return NodeStep.Result(JsonData.Object(("data", node.Data), ("delay_info", info)));
    }

    // An alias counts when it is given: the main name always has its default.
    private static double? Duration(NodeContext node)
    {
        var configuration = node.Configuration;
        var given = node.Node.Definition.Configurations["duration_seconds"].IsNull;
        var (value, unit) = given && !configuration["delay_seconds"].IsNull ? (configuration["delay_seconds"], 1)
            : given && !configuration["delay_ms"].IsNull ? (configuration["delay_ms"], 0.001)
            : (configuration["duration_seconds"], 1);
        return Values.TryNumber(value, out var number) && number * unit is >= 0 and <= MaxSeconds ? number * unit : null;
    }
}
