namespace AiTeams.Contracts.Events;

/// <summary>An execution reached a terminal status: SUCCESS, ERROR, CANCELED or TIMEOUT. Published by the workflow engine.</summary>
public sealed record ExecutionFinished(
    Guid UserId, Guid WorkflowId, string ExecutionId, string Status, string? ErrorMessage, DateTimeOffset FinishedAt);
