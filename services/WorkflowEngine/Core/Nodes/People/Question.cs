using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>What a node asks people: a row of human_interactions, as far as the workflow decides it (domain section 6.3).</summary>
/// <param name="InteractionType">approval, input, selection or review.</param>
/// <param name="ChannelType">Where it is asked first: slack, email, webhook or in_app.</param>
/// <param name="TimeoutAction">fail, continue, default_response or escalate.</param>
/// <param name="RequestData">The question without secrets: whoever may answer it may read it.</param>
/// <param name="Secrets">What the channels need and nobody may read, by channel; an empty object when there is nothing.</param>
public sealed record Question(
    string InteractionType, string ChannelType, string Priority, DateTimeOffset TimeoutAt, string TimeoutAction, JsonData RequestData, JsonData Secrets)
{
    /// <summary>When people are reminded; null: not at all.</summary>
    public DateTimeOffset? RemindAt { get; init; }

    public string? CorrelationId { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Users of the platform who see it in their inbox, besides the workflow's owner.</summary>
    public IReadOnlyList<Guid> Assignees { get; init; } = [];
}
