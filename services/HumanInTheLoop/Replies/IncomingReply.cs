using System.Text.Json;
using System.Text.Json.Serialization;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Hosting;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>What somebody wrote in a channel, as it is kept in hil_responses.raw_payload.</summary>
internal sealed record IncomingReply
{
    /// <summary>slack or email.</summary>
    public required string Channel { get; init; }

    /// <summary>What the channel calls it (Slack's event_id, a Message-ID): it may come twice.</summary>
    public required string ExternalId { get; init; }

    /// <summary>The id of a Slack user, an address.</summary>
    public required string Sender { get; init; }

    public string? SenderName { get; init; }

    /// <summary>A Slack channel's id; email for every mailbox.</summary>
    public required string Place { get; init; }

    /// <summary>References of messages it replies to, as in hil_deliveries.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    public required string Text { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The mail's headers Auto-Submitted and Precedence.</summary>
    public string? AutoSubmitted { get; init; }

    public string? Precedence { get; init; }

    [JsonIgnore]
    public Responder Responder => Channel == "email"
        ? new(null, null, SenderName, Sender, Channel, Sender)
        : new(null, SenderName, null, null, Channel, Sender);

    public string ToJson() => JsonSerializer.Serialize(this, JsonConventions.Options);

    public static IncomingReply FromJson(JsonElement json) => json.Deserialize<IncomingReply>(JsonConventions.Options)!;
}
