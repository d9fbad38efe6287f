using System.Text.Json.Nodes;
using AiTeams.Contracts.HumanInTheLoop.V1;
using AiTeams.ServiceDefaults.Signatures;
using Google.Protobuf;
using HumanInTheLoopClient = AiTeams.Contracts.HumanInTheLoop.V1.HumanInTheLoop.HumanInTheLoopClient;

namespace AiTeams.Scheduler.Slack;

/// <summary>
/// A Slack app has one address for everything. What may answer a question to people goes on to human-in-the-loop, which asks for its own proof; while it is
/// away the request fails as 503, and Slack delivers it again: triggers know it by its id.
/// </summary>
internal sealed class AnswersToPeople(HumanInTheLoopClient people, TimeProvider clock)
{
    private const string OurButtons = "hil:";

    // Of the three seconds that Slack waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Whether it may be an answer: a person's message, or a button of a question.</summary>
    public static bool MayBeOne(JsonObject payload, SlackEvent happened) =>
        happened is { Type: "message", IsByBot: false }
        || (happened.Type == "interactive" && payload["actions"] is JsonArray and [JsonObject action, ..] && action["action_id"] is JsonValue id
            && id.TryGetValue(out string? name) && name.StartsWith(OurButtons, StringComparison.Ordinal));

    /// <returns>Whether it spoke of a question and was signed with that question's secret.</returns>
    public async Task<bool> HandOnAsync(HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = await people.ReceiveSlackAsync(
            new ReceiveSlackRequest
            {
                ContentType = request.ContentType ?? "",
                Body = ByteString.CopyFrom(body.Span),
                Timestamp = request.Headers[SlackSignature.TimestampHeader].ToString(),
                Signature = request.Headers[SlackSignature.SignatureHeader].ToString(),
            },
            deadline: (clock.GetUtcNow() + Patience).UtcDateTime, cancellationToken: cancellationToken);
        return answer.Taken;
    }
}
