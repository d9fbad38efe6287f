using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Hosting;

namespace AiTeams.HumanInTheLoop.Deciding;

/// <summary>How an interaction ends: its status, what the node does (<see cref="Payload"/>), and what people are told. Pure; see <see cref="InteractionGate"/>.</summary>
/// <param name="Status">responded, timeout, cancelled or error.</param>
/// <param name="Outcome">The port the node goes on by, or failed.</param>
/// <param name="Occasion">The message to those who were asked: approved, rejected, completed, timeout or cancelled.</param>
internal sealed record Verdict(string Status, string Outcome, JsonObject Payload, string Occasion)
{
    public const string Failed = "failed";

    public JsonObject? ResponseData { get; init; }

    public Responder? Responder { get; init; }

    /// <summary>For the messages: reason, responder.</summary>
    public JsonObject Variables { get; init; } = [];

    public static Verdict Answered(Interaction interaction, Answer answer, Responder responder, string channel, DateTimeOffset now)
    {
        var output = Output(interaction, "responded", now);
        output["response_data"] = answer.ResponseData.DeepClone();
        output["responder"] = JsonSerializer.SerializeToNode(responder, JsonConventions.Options);
        output["responded_at"] = Rfc3339(now);
        output["channel_type"] = channel;
        output["user_response"] = answer.Text;
        output["ai_confidence_score"] = answer.Confidence;
        output["ai_reasoning"] = answer.Reasoning;
        if (answer.Content is { } content)
        {
            output["content"] = content.DeepClone();
        }

        return new Verdict(
            "responded", answer.Outcome, new JsonObject { ["outcome"] = answer.Outcome, ["answer"] = output },
            Answer.OccasionOf(interaction.Question.Type, answer.Outcome))
        {
            ResponseData = answer.ResponseData,
            Responder = responder,
            Variables = new JsonObject { ["responder"] = responder.Shown, ["reason"] = answer.Text },
        };
    }

    /// <summary>Nobody has answered: the run fails, goes on by the port timeout, or as if the default response had been given.</summary>
    public static Verdict TimedOut(Interaction interaction, DateTimeOffset now)
    {
        var output = Output(interaction, "timeout", now);
        output["timeout_action"] = interaction.TimeoutAction;
        output["default_response_used"] = false;
        switch (interaction.TimeoutAction)
        {
            case "continue":
                return new Verdict("timeout", "timeout", new JsonObject { ["outcome"] = "timeout", ["answer"] = output }, "timeout");
            case "default_response":
                var (answer, problems) = AnswerCheck.Read(interaction.Question, interaction.Question.DefaultResponse ?? default);
                if (answer is null)
                {
                    return Fail(
                        "timeout", "invalid_default_response", $"Nobody answered, and the default response is no answer: {problems[0].Message}", output, "timeout");
                }

                output["default_response_used"] = true;
                output["response_data"] = answer.ResponseData.DeepClone();
                output["user_response"] = answer.Text;
                return new Verdict("timeout", answer.Outcome, new JsonObject { ["outcome"] = answer.Outcome, ["answer"] = output }, "timeout")
                {
                    ResponseData = answer.ResponseData,
                };
            default:
                return Fail("timeout", "interaction_timeout", $"Nobody answered '{interaction.Question.Title}' by {Rfc3339(interaction.TimeoutAt)}.", output, "timeout");
        }
    }

    public static Verdict Cancelled(Interaction interaction, Responder by, string reason, DateTimeOffset now) =>
        Fail(
            "cancelled", "interaction_cancelled", reason.Length > 0 ? $"The question was cancelled: {reason}" : "The question was cancelled.",
            Output(interaction, "cancelled", now), "cancelled") with
        { Responder = by };

    /// <summary>It could not be put to anybody (domain section 6.5, step 3).</summary>
    public static Verdict Undeliverable(Interaction interaction, string message, DateTimeOffset now) =>
        Fail("error", "channel_error", $"The question reached nobody: {message}", Output(interaction, "error", now), "cancelled");

    private static Verdict Fail(string status, string code, string message, JsonObject output, string occasion) => new(
        status, Failed, new JsonObject { ["outcome"] = Failed, ["error_code"] = code, ["error_message"] = message, ["answer"] = output }, occasion);

    private static JsonObject Output(Interaction interaction, string status, DateTimeOffset now) => new()
    {
        ["interaction_id"] = interaction.Id.ToString("D"),
        ["interaction_type"] = interaction.Question.Type,
        ["status"] = status,
        ["requested_at"] = Rfc3339(interaction.CreatedAt),
        ["timeout_at"] = Rfc3339(interaction.TimeoutAt),
        ["processing_time_ms"] = Math.Max(0, (long)(now - interaction.CreatedAt).TotalMilliseconds),
        ["channel_type"] = interaction.ChannelType,
        ["correlation_id"] = interaction.CorrelationId,
        ["tags"] = new JsonArray([.. interaction.Tags.Select(tag => (JsonNode)tag)]),
    };

    private static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null);
}
