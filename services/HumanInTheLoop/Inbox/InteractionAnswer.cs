using System.Text.Json;
using AiTeams.HumanInTheLoop.Deciding;

namespace AiTeams.HumanInTheLoop.Inbox;

/// <summary>An interaction as the API shows it.</summary>
/// <param name="RequestData">The question (domain section 6.3), without secrets.</param>
/// <param name="ResponseData">The answer (domain section 6.4); null while there is none.</param>
/// <param name="Outcome">The port the run went on by: confirmed, rejected, unrelated or timeout; failed when it did not.</param>
internal sealed record InteractionAnswer(
    Guid Id, Guid WorkflowId, string ExecutionId, string NodeId, long Iteration, string InteractionType, string ChannelType, string Status, string Priority, string Title,
    JsonElement RequestData, JsonElement? ResponseData, JsonElement? AnsweredBy, string? Outcome, DateTimeOffset CreatedAt, DateTimeOffset? RespondedAt,
    DateTimeOffset TimeoutAt, string TimeoutAction, Guid? AssignedTo, Guid? ClaimedBy, DateTimeOffset? ClaimedAt, string? CorrelationId, IReadOnlyList<string> Tags)
{
    public static InteractionAnswer Of(Interaction interaction) => new(
        interaction.Id, interaction.WorkflowId, interaction.Question.ExecutionId, interaction.NodeId, interaction.Iteration, interaction.Question.Type,
        interaction.ChannelType, interaction.Status, interaction.Priority, interaction.Question.Title, interaction.RequestData, interaction.ResponseData,
        interaction.AnsweredBy, interaction.Outcome, interaction.CreatedAt, interaction.RespondedAt, interaction.TimeoutAt, interaction.TimeoutAction,
        interaction.AssignedTo, interaction.ClaimedBy, interaction.ClaimedAt, interaction.CorrelationId, interaction.Tags);
}
