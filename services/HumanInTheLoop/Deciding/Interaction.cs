using System.Text.Json;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Deciding;

/// <summary>A row of human_interactions with its question read.</summary>
internal sealed record Interaction(
    Guid Id, Guid WorkflowId, Guid UserId, string NodeId, long Iteration, string ChannelType, string Status, string Priority, Question Question, JsonElement RequestData,
    DateTimeOffset CreatedAt, DateTimeOffset TimeoutAt, string TimeoutAction)
{
    /// <summary>For <see cref="Read"/>, of the table as <c>h</c>.</summary>
    public const string Columns = """
        h.id, h.workflow_id, h.user_id, h.node_id, h.iteration, h.channel_type, h.status, h.priority, h.interaction_type, h.request_data, h.created_at,
        h.timeout_at, h.timeout_action, h.response_data, h.responded_at, h.answered_by, h.outcome, h.assigned_to, h.claimed_by, h.claimed_at, h.correlation_id, h.tags
        """;

    public const int ColumnCount = 22;

    public JsonElement? ResponseData { get; init; }

    public DateTimeOffset? RespondedAt { get; init; }

    /// <summary>A <see cref="Responder"/> as JSON.</summary>
    public JsonElement? AnsweredBy { get; init; }

    public string? Outcome { get; init; }

    public Guid? AssignedTo { get; init; }

    public Guid? ClaimedBy { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    public string? CorrelationId { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool IsPending => Status == "pending";

    /// <summary>Those of the escalation are asked by now.</summary>
    public bool IsEscalated => Question.Escalation is not null && TimeoutAction != "escalate";

    public static Interaction Read(NpgsqlDataReader row)
    {
        var request = row.GetFieldValue<JsonElement>(9);
        return new Interaction(
            row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetString(6), row.GetString(7),
            QuestionReader.Read(row.GetString(8), request), request, row.GetFieldValue<DateTimeOffset>(10), row.GetFieldValue<DateTimeOffset>(11), row.GetString(12))
        {
            ResponseData = row.Json(13),
            RespondedAt = row.Moment(14),
            AnsweredBy = row.Json(15),
            Outcome = row.Text(16),
            AssignedTo = row.Uuid(17),
            ClaimedBy = row.Uuid(18),
            ClaimedAt = row.Moment(19),
            CorrelationId = row.Text(20),
            Tags = row.IsDBNull(21) ? [] : row.GetFieldValue<string[]>(21),
        };
    }
}
