using System.Globalization;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Slack;

/// <summary>Fired by what happens in a Slack workspace.</summary>
internal sealed class SlackTrigger : TriggerType
{
    public const string Name = "SLACK";

    private static readonly string[] TextParameters = ["channel_id", "channel_name", "user_id", "user_name", "text", "thread_ts"];

    public override string Subtype => Name;

    public override TriggerPlan Plan(TriggerNode node, DateTimeOffset now)
    {
        var (settings, faults) = SlackSettings.Read(node.Configuration);
        return faults.Count == 0
            ? TriggerPlan.Of(settings.Workspace)
            : TriggerPlan.Refused([.. faults.Select(fault => node.Problem(fault.Code, fault.Message, fault.Parameter))]);
    }

    public override JsonObject InvocationSchema(JsonObject configuration)
    {
        var events = SlackSettings.Read(configuration).Settings.Events;
        var properties = new JsonObject(TextParameters.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["type"] = "string" })))
        {
            ["event"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. events.Select(name => (JsonNode)name)]), ["default"] = events[0] },
        };
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "An event of the workspace.",
            ["additionalProperties"] = false,
            ["properties"] = properties,
            ["examples"] = new JsonArray(new JsonObject { ["event"] = events[0], ["channel_id"] = "C024BE91L", ["user_id"] = "U061F7AUR", ["text"] = "Where is order 17?" }),
        };
    }

    public override JsonObject Simulate(JsonObject configuration, JsonObject parameters, DateTimeOffset now)
    {
        var settings = SlackSettings.Read(configuration).Settings;
        var happened = new JsonObject
        {
            ["type"] = (string?)parameters["event"] ?? settings.Events[0],
            ["channel"] = new JsonObject { ["id"] = (string?)parameters["channel_id"], ["name"] = (string?)parameters["channel_name"] },
            ["user"] = new JsonObject { ["id"] = (string?)parameters["user_id"], ["name"] = (string?)parameters["user_name"] },
            ["text"] = (string?)parameters["text"],
            ["thread_ts"] = (string?)parameters["thread_ts"],
        };
        return Data(
            SlackEvent.Of(new JsonObject { ["type"] = "event_callback", ["team_id"] = settings.Workspace, ["event_id"] = "simulated", ["event"] = happened })!, now);
    }

    /// <summary>The event as the workflow sees it.</summary>
    public static JsonObject Data(SlackEvent happened, DateTimeOffset now) => new()
    {
        ["trigger_time"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["event_type"] = happened.Type,
        ["channel_id"] = happened.ChannelId,
        ["channel_name"] = happened.ChannelName,
        ["user_id"] = happened.UserId,
        ["user_name"] = happened.UserName,
        ["message_text"] = happened.Text,
        ["thread_ts"] = happened.Thread,
        ["trigger_message"] = $"{happened.Type.Replace('_', ' ')} in Slack{(happened.UserId.Length > 0 ? $" by {happened.UserName ?? happened.UserId}" : "")}.",
        ["slack_payload"] = SlackEvent.WithoutToken(happened.Payload),
    };
}
