using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AiTeams.HumanInTheLoop.Replies;

/// <summary>A button of ours that somebody pressed (docs.slack.dev, "block_actions payload").</summary>
/// <param name="What">approve, reject, unrelated, option:n or open.</param>
internal sealed record SlackClick(Guid InteractionId, string What, string User, string? UserName, string? ResponseUrl);

/// <summary>What Slack posts, read. Pure.</summary>
internal static partial class SlackPayload
{
    // Deep enough for every payload of Slack's; what is deeper is none.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <summary>The payload of an interaction (a form) or an event (JSON).</summary>
    /// <exception cref="ProblemException">415 for another type, 422 for what is no JSON object or holds text that is none.</exception>
    public static JsonElement Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        var type = MediaTypeHeaderValue.TryParse(contentType, out var declared) ? declared.MediaType.ToString().ToLowerInvariant() : "";
        var text = type switch
        {
            "application/json" => body,
            "application/x-www-form-urlencoded" => Payload(body),
            _ => throw Problems.UnsupportedMediaType("application/json is taken, and a form with the field payload."),
        };
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var payload = document.RootElement.Clone();
            return payload.ValueKind != JsonValueKind.Object ? throw Problems.Validation("invalid_type", "The payload is an object.", "")
                : StorableText.FindProblem(payload, "") is { } problem ? throw Problems.Validation([problem])
                : payload;
        }
        catch (JsonException)
        {
            throw Problems.Validation("malformed_json", "The payload is no valid JSON.", "");
        }
    }

    /// <summary>Null: no button of ours was pressed.</summary>
    public static SlackClick? ClickOf(JsonElement payload)
    {
        if (QuestionReader.Text(payload, "type") != "block_actions" || QuestionReader.Part(payload, "actions") is not { ValueKind: JsonValueKind.Array } actions
            || actions.GetArrayLength() == 0 || ActionId().Match(QuestionReader.Text(actions[0], "action_id")) is not { Success: true } id
            || QuestionReader.Part(payload, "user") is not { } user || QuestionReader.Text(user, "id") is not { Length: > 0 } who)
        {
            return null;
        }

        return new SlackClick(
            Guid.ParseExact(id.Groups[1].Value, "D"), id.Groups[2].Value, who, QuestionReader.Text(user, "username") is { Length: > 0 } name ? name : null,
            QuestionReader.Text(payload, "response_url") is { Length: > 0 } url ? url : null);
    }

    /// <summary>Null: it is no message of a person's.</summary>
    public static IncomingReply? MessageOf(JsonElement payload, DateTimeOffset now)
    {
        if (QuestionReader.Text(payload, "type") != "event_callback" || QuestionReader.Part(payload, "event") is not { } happened || QuestionReader.Text(happened, "type") != "message"
            || QuestionReader.Text(happened, "subtype") is not ("" or "thread_broadcast" or "file_share") || QuestionReader.Text(happened, "bot_id").Length > 0)
        {
            return null;
        }

        var (channel, user, ts) = (QuestionReader.Text(happened, "channel"), QuestionReader.Text(happened, "user"), QuestionReader.Text(happened, "ts"));
        var thread = QuestionReader.Text(happened, "thread_ts");
        return channel.Length == 0 || user.Length == 0 || ts.Length == 0 ? null : new IncomingReply
        {
            Channel = "slack",
            // The message's own name: one event may be delivered under several ids, as message and as its broadcast.
            ExternalId = $"{channel}:{ts}",
            Sender = user,
            Place = channel,
            References = thread.Length > 0 && thread != ts ? [$"{channel}:{thread}"] : [],
            Text = QuestionReader.Text(happened, "text"),
            ReceivedAt = now,
        };
    }

    private static ReadOnlyMemory<byte> Payload(ReadOnlyMemory<byte> body)
    {
        using var reader = new FormReader(Encoding.UTF8.GetString(body.Span));
        try
        {
            return reader.ReadForm().TryGetValue("payload", out var payload) ? Encoding.UTF8.GetBytes(payload.ToString())
                : throw Problems.Validation("required", "The form has no field payload.", "/payload");
        }
        catch (InvalidDataException)
        {
            throw Problems.Validation("malformed_form", "The body is no form.", "");
        }
    }

    [GeneratedRegex("^hil:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):([a-z]+(?::[0-9]{1,3})?)$")]
    private static partial Regex ActionId();
}
