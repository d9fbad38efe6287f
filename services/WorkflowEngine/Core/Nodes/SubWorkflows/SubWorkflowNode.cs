using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// FLOW.SUB_WORKFLOW runs another workflow and goes on with what its last nodes gave. While that takes, this run waits as for anything else: it is
/// woken when the other one ends, and looks for itself now and then in case nobody could wake it.
/// </summary>
internal sealed class SubWorkflowNode : NodeBehaviour
{
    public const string Reason = "sub_workflow";

    private static readonly TimeSpan ShortestLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    public override NodeStep Begin(NodeContext node)
    {
        var workflowId = node.Configuration["workflow_id"].ToDisplayText();
        return workflowId.Length == 0
            ? new NodeStep.Failed(new("invalid_parameter", "'workflow_id' is empty."))
            : new NodeStep.Call(new WorkflowCall
            {
                WorkflowId = workflowId,
                Data = node.Data.IsMissing ? JsonData.EmptyObject : node.Data,
                IdempotencyKey = node.Run.IdempotencyKey(node.Start.ExecutionId),
            });
    }

    public override NodeStep AfterCall(NodeContext node, OutsideResult result)
    {
        var child = (WorkflowResult)result;
        if (child.Status is null)
        {
            return new NodeStep.Failed(new(child.ErrorCode, child.Error ?? "The workflow could not be started.", child.IsRetryable));
        }

        if (child.HasEnded || node.Configuration["wait_for_result"].IsFalse)
        {
            return child.Status is "ERROR" or "CANCELED" or "TIMEOUT"
                ? new NodeStep.Failed(new(child.ErrorCode, $"The workflow ended {child.Status}: {child.Error ?? "no reason given"}", IsRetryable: false, About(child)))
                : NodeStep.Result(About(child).With("output", child.Output.IsMissing ? JsonData.Null : child.Output));
        }

        var end = node.StartedAt + Limit(node);
        if (node.Now >= end)
        {
            return new NodeStep.Failed(new("timeout", $"The workflow has not ended within {Limit(node).TotalSeconds:0} s.", IsRetryable: false, About(child)));
        }

        var look = TimeSpan.FromTicks(Math.Clamp((node.Now - node.StartedAt).Ticks / 2, ShortestLook.Ticks, LongestLook.Ticks));
        return new NodeStep.Wait(node.Now + look < end ? node.Now + look : end, Reason);
    }

    public override NodeStep AfterWait(NodeContext node) => Begin(node);

    /// <summary>The other run has ended: what it came to is read where it is kept.</summary>
    public override NodeStep AfterSignal(NodeContext node, JsonData data) => Begin(node);

    private static JsonData About(WorkflowResult child) => JsonData.Object(("execution_id", child.ExecutionId), ("status", child.Status));

    private static TimeSpan Limit(NodeContext node) => TimeSpan.FromSeconds(
        Values.TryNumber(node.Configuration["timeout_seconds"], out var seconds) ? Math.Clamp(seconds, 1, 30 * 86400) : 3600);
}
