using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>How an execution came to be. The same start gives the same execution, also when it is restored.</summary>
public sealed record ExecutionStart(
    string ExecutionId, string UserId, string TriggerNodeId, string TriggerType, JsonData TriggerData, DateTimeOffset StartedAt)
{
    /// <summary>What the workflow had kept when the run began: <c>$static</c>.</summary>
    public JsonData StaticData { get; init; } = JsonData.EmptyObject;

    /// <summary>The part of the workflow that runs; null: what the trigger sets going.</summary>
    public PartialRun? Part { get; init; }

    /// <summary>A node whose input is this and not what its connections give; null: none.</summary>
    public GivenInput? Given { get; init; }

    /// <summary>A run by hand: nodes with pinned data give that instead of running.</summary>
    public bool IsTest { get; init; }

    /// <summary>What expressions see as <c>$execution</c>.</summary>
    internal JsonData Describe() => JsonData.Object(
        ("id", ExecutionId), ("mode", TriggerType), ("started_at", JsonData.Of(StartedAt)), ("trigger_node_id", TriggerNodeId));
}
