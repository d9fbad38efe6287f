using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// FLOW.TIMEOUT goes on at once when its condition holds; otherwise it gives a signal the time to come and goes on by <c>timeout</c> when
/// none has. The limit counts from the node's first start, so a restart does not begin it anew.
/// </summary>
internal sealed class TimeoutNode : NodeBehaviour
{
    public const string Reason = "timeout";
    private const double MaxSeconds = 30 * 86400;

    public override NodeStep Begin(NodeContext node)
    {
        if (Limit(node.Configuration) is not { } seconds)
        {
            return new NodeStep.Failed(new("invalid_parameter", $"The limit must be a number of seconds from 0 to {MaxSeconds}."));
        }

        if (node.Node.Expressions.TryGetValue("condition_expression", out var condition) && condition.IsTrue(node.Scope))
        {
            return Done(node, node.Configuration["immediate_timeout"].IsTrue, JsonData.Null);
        }

        return new NodeStep.Wait(node.StartedAt.AddSeconds(seconds), Reason);
    }

    public override NodeStep AfterWait(NodeContext node) => Done(node, hasTimedOut: true, JsonData.Null);

    public override NodeStep AfterSignal(NodeContext node, JsonData data) => Done(node, hasTimedOut: false, data);

    private static NodeStep.Completed Done(NodeContext node, bool hasTimedOut, JsonData signal)
    {
        var payload = JsonData.Object(
            ("data", node.Data.IsMissing ? JsonData.Null : node.Data), ("timeout_occurred", hasTimedOut),
            ("waited_seconds", (node.Now - node.StartedAt).TotalSeconds), ("trigger_data", signal));
        return new NodeStep.Completed(JsonData.Object((hasTimedOut ? "timeout" : "completed", payload), ("result", payload)));
    }

    private static double? Limit(JsonData configuration)
    {
        var (value, unit) = configuration["timeout_ms"].IsNull ? (configuration["timeout_seconds"], 1.0) : (configuration["timeout_ms"], 0.001);
        return Values.TryNumber(value, out var number) && number * unit is >= 0 and <= MaxSeconds ? number * unit : null;
    }
}
