using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.HumanInTheLoop.Tests.World;

/// <summary>Questions put by a channel of the stand-in world, each to a recipient of its own.</summary>
internal static class Channels
{
    public static readonly string[] All = ["slack", "email", "webhook", "in_app"];

    /// <summary>A question by that channel to a new recipient; <paramref name="to"/> chooses one that misbehaves.</summary>
    /// <param name="request">Over what request_data says anyway.</param>
    public static async Task<(Asked Asked, string Recipient)> AskByAsync(
        this HilApi api, string channel, Guid user, string type = "approval", string request = "{}", double seconds = 600, string timeoutAction = "fail", string? to = null)
    {
        var recipient = to ?? New(channel);
        var data = JsonNode.Parse(request)!.AsObject();
        data["channels"] = new JsonObject { [channel] = Settings(channel, recipient, api) };
        return (await api.AskAsync(user, type, data.ToJsonString(), channel, seconds, timeoutAction, Secrets(channel).ToJsonString()), recipient);
    }

    public static string New(string channel) => channel switch
    {
        "slack" => $"#room-{Guid.NewGuid():N}",
        "email" => $"{Guid.NewGuid():N}@example.com",
        "webhook" => $"{Guid.NewGuid():N}",
        _ => "",
    };

    public static JsonObject Settings(string channel, string recipient, HilApi api) => channel switch
    {
        "slack" => new JsonObject { ["channel"] = recipient, ["auto_thread"] = true },
        "email" => new JsonObject { ["to"] = new JsonArray(recipient), ["from"] = "Team <team@example.org>" },
        "webhook" => new JsonObject { ["url"] = api.Webhooks.Url(recipient) },
        _ => [],
    };

    public static JsonObject Secrets(string channel) => new()
    {
        [channel] = channel switch
        {
            "slack" => new JsonObject { ["bot_token"] = SlackStub.Token, ["signing_secret"] = SlackStub.SigningSecret },
            "webhook" => new JsonObject { ["secret"] = "whsec_Y2FuYXJ5LXdlYmhvb2stc2VjcmV0LTEyMzQ=", ["headers"] = new JsonObject { ["x-key"] = "canary-header" } },
            _ => new JsonObject(),
        },
    };

    /// <summary>Waits until the question's messages for that occasion are sent, and skips their pauses after a failure.</summary>
    public static async Task SentAsync(this HilApi api, Asked asked, string occasion, string status = "sent")
    {
        await Eventually.AssertAsync(() => IsAsync(), TimeSpan.FromSeconds(20), $"the messages for {occasion} are {status}");

        async Task<bool> IsAsync()
        {
            await api.ExecuteAsync(
                "UPDATE hil_deliveries SET next_attempt_at = clock_timestamp() WHERE interaction_id = $1 AND status = 'queued' AND error_message IS NOT NULL AND next_attempt_at < clock_timestamp() + interval '90 seconds'",
                asked.Id);
            var now = await api.ScalarAsync<string>("SELECT string_agg(DISTINCT status, ' ') FROM hil_deliveries WHERE interaction_id = $1 AND message_type = $2", asked.Id, occasion) ?? "";
            var error = await api.ScalarAsync<string>("SELECT max(error_message) FROM hil_deliveries WHERE interaction_id = $1 AND message_type = $2", asked.Id, occasion) ?? "";
            Assert.False(now == "failed" && status == "sent", $"{error} {string.Join('\n', api.Slack.Refusals)}");
            return now == status;
        }
    }
}
