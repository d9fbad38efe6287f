using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Why a node failed. Retryable: the same call may well succeed later, not before RetryAfter when that is known.</summary>
public sealed record NodeFailure(string Code, string Message, bool IsRetryable = false, JsonData Details = default)
{
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>As it stands in a node row and travels on port <c>error</c>.</summary>
    public JsonData ToJson() => JsonData.Object(
        ("success", false),
        ("error_code", Code),
        ("error_message", Message),
        ("error_details", Details),
        ("is_retryable", IsRetryable));

    public static NodeFailure FromJson(JsonData json) => new(
        json["error_code"].Text ?? "unknown_error",
        json["error_message"].Text ?? "The node failed.",
        json["is_retryable"].IsTrue,
        json["error_details"]);
}

/// <summary>Why an execution ended ERROR: the failure and the node it happened in.</summary>
public sealed record ExecutionFailure(string NodeId, string NodeName, NodeFailure Cause);
