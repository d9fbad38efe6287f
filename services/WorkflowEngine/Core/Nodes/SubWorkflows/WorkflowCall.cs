using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Run another workflow of the same user; asked again with the same key, tell how that run stands.</summary>
public sealed record WorkflowCall : OutsideCall
{
    public required string WorkflowId { get; init; }

    /// <summary>It waits for another run, which may want the very place this one would hold.</summary>
    public override bool TakesPlace => false;

    /// <summary>What its trigger gets.</summary>
    public JsonData Data { get; init; }
}

/// <summary>How a run of another workflow stands, or why there is none.</summary>
public sealed record WorkflowResult : OutsideResult
{
    public string ExecutionId { get; init; } = "";

    /// <summary>As on the wire; null when it could not be started.</summary>
    public string? Status { get; init; }

    /// <summary>What its last nodes gave, of a run that ended SUCCESS.</summary>
    public JsonData Output { get; init; }

    /// <summary>Why it could not be started, or what it ended with.</summary>
    public string? Error { get; init; }

    public string ErrorCode { get; init; } = "sub_workflow_failed";

    /// <summary>Starting it may work another time.</summary>
    public bool IsRetryable { get; init; }

    public bool HasEnded => Status is "SUCCESS" or "ERROR" or "CANCELED" or "TIMEOUT";
}
