using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Slack;

/// <summary>
/// What Slack sent, in the terms triggers ask in: an event (api.slack.com, "Events API"), what somebody did with a message's buttons
/// ("Interactivity"), or a slash command. Pure.
/// </summary>
internal sealed record SlackEvent
{
    public required string Workspace { get; init; }

    /// <summary>The event's type; "interactive" or "slash_command".</summary>
    public required string Type { get; init; }

    /// <summary>The same for every time Slack sends it.</summary>
    public required string Id { get; init; }

    public required JsonObject Payload { get; init; }

    public string? ChannelId { get; private init; }

    public string? ChannelName { get; private init; }

    public string UserId { get; private init; } = "";

    public string? UserName { get; private init; }

    public string Text { get; private init; } = "";

    public string? Thread { get; private init; }

    public bool IsByBot { get; private init; }

    public bool MentionsBot { get; private init; }

    /// <summary>Null for what is none of the three, and for what cannot be told from another of its kind.</summary>
    public static SlackEvent? Of(JsonObject payload) =>
        Read(payload, "type") == "event_callback" ? OfEvent(payload) : payload.ContainsKey("command") ? OfCommand(payload) : OfInteraction(payload);

    private static SlackEvent? OfEvent(JsonObject payload)
    {
        if (payload["event"] is not JsonObject happened || Read(payload, "team_id") is not { } team || Read(payload, "event_id") is not { } id
            || Read(happened, "type") is not { } type)
        {
            return null;
        }

        var (text, bot) = (Read(happened, "text") ?? "", Read((payload["authorizations"] as JsonArray)?.FirstOrDefault(), "user_id"));
        return new SlackEvent
        {
            Workspace = team,
            Type = type,
            Id = id,
            Payload = payload,
            ChannelId = Read(happened, "channel") ?? Read(happened, "channel", "id") ?? Read(happened, "channel_id") ?? Read(happened, "item", "channel"),
            ChannelName = Read(happened, "channel", "name"),
            UserId = Read(happened, "user") ?? Read(happened, "user", "id") ?? Read(happened, "user_id") ?? "",
            UserName = Read(happened, "user", "name"),
            Text = text,
            Thread = Read(happened, "thread_ts"),
            IsByBot = happened["bot_id"] is not null || Read(happened, "subtype") == "bot_message",
            MentionsBot = type == "app_mention" || (bot is not null && text.Contains($"<@{bot}>", StringComparison.Ordinal)),
        };
    }

    private static SlackEvent? OfCommand(JsonObject form) =>
        Read(form, "team_id") is { } team && Read(form, "trigger_id") is { } id
            ? new SlackEvent
            {
                Workspace = team,
                Type = "slash_command",
                Id = id,
                Payload = WithoutToken(form),
                ChannelId = Read(form, "channel_id"),
                ChannelName = Read(form, "channel_name"),
                UserId = Read(form, "user_id") ?? "",
                UserName = Read(form, "user_name"),
                Text = $"{Read(form, "command")} {Read(form, "text")}".TrimEnd(),
                MentionsBot = true,
            }
            : null;

    private static SlackEvent? OfInteraction(JsonObject payload) =>
        Read(payload, "team", "id") is { } team && Read(payload, "trigger_id") is { } id
            ? new SlackEvent
            {
                Workspace = team,
                Type = "interactive",
                Id = id,
                Payload = WithoutToken(payload),
                ChannelId = Read(payload, "channel", "id"),
                ChannelName = Read(payload, "channel", "name"),
                UserId = Read(payload, "user", "id") ?? "",
                UserName = Read(payload, "user", "username") ?? Read(payload, "user", "name"),
                Text = Read(payload, "message", "text") ?? "",
                Thread = Read(payload, "message", "thread_ts"),
                MentionsBot = true,
            }
            : null;

    /// <summary>The old verification token proves nothing any more, and belongs to nobody who reads a run.</summary>
    public static JsonObject WithoutToken(JsonObject payload)
    {
        var copy = (JsonObject)payload.DeepClone();
        copy.Remove("token");
        return copy;
    }

    private static string? Read(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
    }
}
