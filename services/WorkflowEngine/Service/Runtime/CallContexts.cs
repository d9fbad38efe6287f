using AiTeams.Contracts.Integrations.V1;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>Who calls out and why, as the integrations service keeps it in the log of calls.</summary>
internal static class CallContexts
{
    public static CallContext Of(OutsideCall call) => new()
    {
        IdempotencyKey = call.IdempotencyKey,
        UserId = call.Origin?.UserId.ToString("D") ?? "",
        WorkflowId = call.Origin?.WorkflowId.ToString("D") ?? "",
        ExecutionId = call.Origin?.ExecutionId.ToString("D") ?? "",
        NodeId = call.Origin?.NodeId.ToString("D") ?? "",
        Attempt = call.Origin?.Attempt ?? 0,
    };
}
