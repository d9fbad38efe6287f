using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Scheduler.Webhooks;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Mail;

/// <summary>Messages, and e-mail triggers that wait for them.</summary>
internal static class SentMail
{
    public const string Path = "/api/v1/public/webhooks/email";
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string Password = "imap-pa55word";

    public static byte[] Message(string to, string id, string text = "It should have come on Monday.", string more = "") => Encoding.UTF8.GetBytes(
        $"Message-ID: <{id}>\r\nFrom: Ann <Ann@Example.com>\r\nTo: {to}\r\nSubject: Where is order 17?\r\nDate: Mon, 2 Mar 2026 07:00:00 +0000\r\n{more}\r\n{text}\r\n");

    public static JsonObject Json(string to, string id) => new()
    {
        ["from"] = "Ann <Ann@Example.com>",
        ["to"] = new JsonArray(to),
        ["subject"] = "Where is order 17?",
        ["text"] = "It should have come on Monday.",
        ["message_id"] = id,
    };

    public static JsonObject ByWebhook(string address) => new() { ["email_provider"] = "webhook", ["address"] = address, ["webhook_secret"] = Secret };

    public static JsonObject ByImap(string host) => new()
    {
        ["email_provider"] = "imap",
        ["server_config"] = new JsonObject { ["host"] = host },
        ["credentials"] = new JsonObject { ["username"] = $"office@{host}", ["password"] = Password },
        ["polling_interval"] = 30,
    };

    public static async Task<(Guid User, Guid Workflow)> DeployAsync(this SchedulerApi api, JsonObject configuration)
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("mail", "EMAIL", configuration)]);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy")).Status);
        return (user, workflow);
    }

    public static List<(StartExecutionRequest Request, int Times)> Starts(this SchedulerApi api, Guid workflow) =>
        [.. api.Engine.Started.Values.Where(start => start.Request.WorkflowId == $"{workflow}")];

    public static JsonNode DataOf(StartExecutionRequest request) => JsonNode.Parse(request.Data.ToStringUtf8())!;

    public static async Task<(HttpStatusCode Status, JsonNode Json)> SendAsync(
        this SchedulerApi api, byte[] body, string type = "message/rfc822", string secret = Secret, int late = 0)
    {
        var timestamp = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - late).ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.Add("webhook-id", "msg_1");
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", StandardWebhooks.Sign(StandardWebhooks.KeyOf(secret)!, "msg_1", timestamp, body));
        using var answer = await api.Host.Client().SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
