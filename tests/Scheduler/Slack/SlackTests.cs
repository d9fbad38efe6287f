using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Slack;
using AiTeams.Testing;
using Grpc.Core;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Slack;

[Collection(SchedulerApi.Name)]
public sealed class SlackTests(SchedulerApi api)
{
    private const string Path = "/api/v1/public/webhooks/slack";

    [Fact]
    public async Task A_signed_event_fires_once_however_often_Slack_repeats_it()
    {
        var (workflow, workspace) = await DeployAsync("s3cret");
        var happened = Event(workspace, "Where is order 17?");

        var answers = new[] { await SendAsync("s3cret", happened), await SendAsync("s3cret", happened), await SendAsync("s3cret", happened) };

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, ""), answer));
        var (request, times) = Assert.Single(Starts(workflow));
        Assert.Equal(3, times);
        var data = JsonNode.Parse(request.Data.ToStringUtf8())!;
        Assert.Equal("message C1 U1 Where is order 17?", $"{data["event_type"]} {data["channel_id"]} {data["user_id"]} {data["message_text"]}");
        Assert.DoesNotContain("verification-token", request.Data.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_is_verified_and_fires_nothing()
    {
        var (status, body) = await SendAsync("any", new JsonObject { ["type"] = "url_verification", ["token"] = "t", ["challenge"] = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" });

        Assert.Equal((HttpStatusCode.OK, """{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}"""), (status, body));
    }

    [Fact]
    public async Task Commands_and_buttons_fire_those_who_listen_to_them()
    {
        var (workflow, workspace) = await DeployAsync("s3cret", new JsonObject { ["events"] = new JsonArray("slash_command", "interactive") });
        var command = $"team_id={workspace}&channel_id=C1&channel_name=ops&user_id=U1&user_name=ann&command=%2Fdeploy&text=site&trigger_id={Guid.NewGuid():N}&token=verification-token";
        var button = new JsonObject
        {
            ["type"] = "block_actions",
            ["trigger_id"] = $"{Guid.NewGuid():N}",
            ["team"] = new JsonObject { ["id"] = workspace },
            ["user"] = new JsonObject { ["id"] = "U2" },
        };

        var first = await SendAsync("s3cret", command, isForm: true);
        var second = await SendAsync("s3cret", $"payload={Uri.EscapeDataString(button.ToJsonString())}", isForm: true);

        Assert.Equal(((HttpStatusCode.OK, ""), (HttpStatusCode.OK, "")), (first, second));
        var texts = Starts(workflow).Select(start => JsonNode.Parse(start.Request.Data.ToStringUtf8())!).Select(data => $"{data["event_type"]} {data["user_id"]} {data["message_text"]}".TrimEnd());
        Assert.Equal(["interactive U2", "slash_command U1 /deploy site"], texts.Order());
    }

    [Theory]
    [InlineData("wrong", 0)]
    [InlineData("s3cret", 301)]
    [InlineData("s3cret", -301)]
    public async Task What_is_signed_by_another_or_long_ago_fires_nothing(string secret, int late)
    {
        var (workflow, workspace) = await DeployAsync("s3cret");

        var (status, _) = await SendAsync(secret, Event(workspace, "x"), late: late);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Empty(Starts(workflow));
    }

    [Fact]
    public async Task What_may_answer_a_question_is_handed_on_with_its_proof()
    {
        var (workflow, workspace) = await DeployAsync("s3cret");
        var heard = Event(workspace, "Is order 17 approved?");

        // Nobody listens with that secret, and the question it answers is another service's to know.
        Assert.Equal((HttpStatusCode.OK, ""), await SendAsync("a question's", Event(workspace, "approved")));
        Assert.Empty(Starts(workflow));
        Assert.Equal((HttpStatusCode.OK, ""), await SendAsync("s3cret", heard));
        Assert.Single(Starts(workflow));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("a question's", Event(workspace, "lunch?"))).Status);

        var handed = api.People.Handed.Single(request => request.Body.ToStringUtf8().Contains((string)heard["event_id"]!, StringComparison.Ordinal));
        Assert.Equal("application/json", handed.ContentType.Split(';')[0]);
        Assert.True(ServiceDefaults.Signatures.SlackSignature.IsRight("s3cret", handed.Timestamp, handed.Signature, handed.Body.Memory));
    }

    [Fact]
    public async Task While_people_cannot_be_asked_Slack_delivers_again_and_triggers_fire_once()
    {
        var (workflow, workspace) = await DeployAsync("s3cret");
        var happened = Event(workspace, "people are away");

        var first = await SendAsync("s3cret", happened);
        var second = await SendAsync("s3cret", happened);

        Assert.All(new[] { first, second }, answer => Assert.InRange((int)answer.Status, 503, 504));
        Assert.Single(Starts(workflow));
    }

    [Fact]
    public async Task While_the_engine_is_away_Slack_is_answered_and_the_event_is_kept()
    {
        var (workflow, workspace) = await DeployAsync("s3cret");
        api.Engine.Refuse = request => request.WorkflowId == $"{workflow}" ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;

        var (status, _) = await SendAsync("s3cret", Event(workspace, "x"));

        Assert.Equal(HttpStatusCode.OK, status);
        api.Engine.Refuse = null;
        await Eventually.AssertAsync(() => Task.FromResult(Starts(workflow).Count == 1), TimeSpan.FromSeconds(30), "it is started when the engine is back");
    }

    [Fact]
    public async Task Without_a_signing_secret_nothing_is_deployed()
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("hook", "SLACK", new JsonObject { ["workspace_id"] = "hello" })]);

        var (status, problem) = await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(["invalid_workspace", "missing_secret"], problem["errors"]!.AsArray().Select(found => (string)found!["code"]!).Order());
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"events":["app_mention"]}""", false)]
    [InlineData("""{"channels":["C1","C2"]}""", true)]
    [InlineData("""{"channels":["C2"]}""", false)]
    [InlineData("""{"keywords":["ORDER"]}""", true)]
    [InlineData("""{"keywords":["refund"]}""", false)]
    [InlineData("""{"user_filter":["U1"]}""", true)]
    [InlineData("""{"user_filter":["U2"]}""", false)]
    [InlineData("""{"command_prefix":"<@UBOT> where"}""", true)]
    [InlineData("""{"command_prefix":"where"}""", false)]
    [InlineData("""{"mention_required":true}""", true)]
    [InlineData("""{"require_thread":true}""", false)]
    public void An_event_is_waited_for_or_not(string change, bool expected)
    {
        var configuration = new JsonObject { ["workspace_id"] = "T1", ["signing_secret"] = "s" };
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            configuration[name] = value?.DeepClone();
        }

        var (settings, faults) = SlackSettings.Read(configuration);

        Assert.Empty(faults);
        Assert.Equal(expected, settings.Wants(SlackEvent.Of(Event("T1", "<@UBOT> Where is order 17?"))!));
    }

    [Fact]
    public void What_bots_write_fires_nothing_unless_it_is_wanted()
    {
        var happened = Event("T1", "x");
        happened["event"]!["bot_id"] = "B1";

        Assert.False(SlackSettings.Read(new JsonObject { ["workspace_id"] = "T1", ["signing_secret"] = "s" }).Settings.Wants(SlackEvent.Of(happened)!));
        Assert.True(SlackSettings.Read(new JsonObject { ["workspace_id"] = "T1", ["signing_secret"] = "s", ["ignore_bots"] = false }).Settings.Wants(SlackEvent.Of(happened)!));
    }

    private async Task<(Guid Workflow, string Workspace)> DeployAsync(string secret, JsonObject? more = null)
    {
        var workspace = $"T{Guid.NewGuid():N}";
        var configuration = new JsonObject { ["workspace_id"] = workspace, ["signing_secret"] = secret, ["bot_token"] = "xoxb" };
        foreach (var (name, value) in more ?? [])
        {
            configuration[name] = value?.DeepClone();
        }

        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("hook", "SLACK", configuration)]);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy")).Status);
        return (workflow, workspace);
    }

    private static JsonObject Event(string workspace, string text) => new()
    {
        ["type"] = "event_callback",
        ["token"] = "verification-token",
        ["team_id"] = workspace,
        ["event_id"] = $"Ev{Guid.NewGuid():N}",
        ["authorizations"] = new JsonArray(new JsonObject { ["user_id"] = "UBOT" }),
        ["event"] = new JsonObject { ["type"] = "message", ["channel"] = "C1", ["user"] = "U1", ["text"] = text },
    };

    private List<(Contracts.WorkflowEngine.V1.StartExecutionRequest Request, int Times)> Starts(Guid workflow) =>
        [.. api.Engine.Started.Values.Where(start => start.Request.WorkflowId == $"{workflow}")];

    private Task<(HttpStatusCode Status, string Body)> SendAsync(string secret, JsonObject payload, int late = 0) => SendAsync(secret, payload.ToJsonString(), isForm: false, late);

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(string secret, string text, bool isForm, int late = 0)
    {
        var timestamp = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - late).ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(text, Encoding.UTF8, isForm ? "application/x-www-form-urlencoded" : "application/json") };
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", "v0=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{text}"))));
        using var answer = await api.Host.Client().SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
