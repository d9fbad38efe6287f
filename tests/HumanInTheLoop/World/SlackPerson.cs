using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AiTeams.HumanInTheLoop.Tests.World;

/// <summary>Somebody in Slack: presses buttons and writes messages, which Slack posts to us, signed as api.slack.com, "Verifying requests from Slack", says.</summary>
internal static class SlackPerson
{
    private const string Path = "/api/v1/public/hil/slack";
    private static int _count;

    /// <summary>Presses a button of a message; <paramref name="response"/> names where Slack would take a word to that person.</summary>
    public static Task<HttpStatusCode> PressAsync(this HilApi api, SlackPost post, string what, string user = "U0000000001", string response = "nobody")
    {
        var action = post.Buttons.Select(button => (string)button["action_id"]!).First(id => id.EndsWith(":" + what, StringComparison.Ordinal));
        var payload = new JsonObject
        {
            ["type"] = "block_actions",
            ["team"] = new JsonObject { ["id"] = "T1" },
            ["user"] = new JsonObject { ["id"] = user, ["username"] = "ada" },
            ["channel"] = new JsonObject { ["id"] = post.Channel },
            ["message"] = new JsonObject { ["ts"] = post.Ts },
            ["response_url"] = api.Slack.ResponseUrl(response),
            ["actions"] = new JsonArray(new JsonObject { ["action_id"] = action, ["type"] = "button" }),
        };
        return api.PostSlackAsync("payload=" + Uri.EscapeDataString(payload.ToJsonString()), "application/x-www-form-urlencoded");
    }

    /// <summary>Writes into a channel, or into the thread of a message.</summary>
    public static Task<HttpStatusCode> SayAsync(this HilApi api, string channel, string text, SlackPost? thread = null, string user = "U0000000001", string? ts = null) =>
        api.PostSlackAsync(Message(channel, text, thread?.Ts, user, ts ?? NewTs()), "application/json");

    public static string NewTs() => string.Create(CultureInfo.InvariantCulture, $"1742000000.{Interlocked.Increment(ref _count):000000}");

    public static string Message(string channel, string text, string? thread, string user, string ts)
    {
        var message = new JsonObject { ["type"] = "message", ["channel"] = SlackStub.IdOf(channel), ["user"] = user, ["text"] = text, ["ts"] = ts };
        if (thread is not null)
        {
            message["thread_ts"] = thread;
        }

        return new JsonObject { ["type"] = "event_callback", ["team_id"] = "T1", ["event_id"] = $"Ev{ts}", ["event"] = message }.ToJsonString();
    }

    public static string Sign(string secret, string timestamp, string body) =>
        "v0=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}")));

    /// <summary>Posts as Slack does; <paramref name="forge"/> changes the signature, <paramref name="age"/> the time it was made.</summary>
    public static async Task<HttpStatusCode> PostSlackAsync(
        this HilApi api, string body, string type, string secret = SlackStub.SigningSecret, Func<string, string>? forge = null, TimeSpan age = default)
    {
        var timestamp = (DateTimeOffset.UtcNow - age).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Sign(secret, timestamp, body);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("X-Slack-Signature", forge is null ? signature : forge(signature));
        using var client = api.Host.Client();
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
