namespace AiTeams.Contracts.Events;

/// <summary>A person was asked. Published by human-in-the-loop.</summary>
public sealed record InteractionRequested(Guid UserId, Guid WorkflowId, string ExecutionId, string NodeId, Guid InteractionId, DateTimeOffset TimeoutAt);

/// <summary>A person's answer was accepted. Published by human-in-the-loop; the engine goes on from the waiting node.</summary>
/// <param name="ResponseData">The answer as JSON text, already checked against the request.</param>
public sealed record InteractionAnswered(
    Guid UserId, Guid WorkflowId, string ExecutionId, string NodeId, Guid InteractionId, string ResponseData, DateTimeOffset AnsweredAt);
