using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks;

namespace AiTeams.Scheduler.Tests.Webhooks;

public sealed class WebhookTriggerTests
{
    private const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly Guid Workflow = Guid.NewGuid();
    private static readonly WebhookTrigger Type = new();

    [Fact]
    public void Without_any_configuration_it_listens_at_the_workflows_own_path()
    {
        var plan = Plan("{}");

        Assert.Empty(plan.Problems);
        Assert.Equal($"/webhook/{Workflow}", plan.IndexKey);
        Assert.Null(plan.NextFireAt);
    }

    [Theory]
    [InlineData("""{"authentication": "header_token"}""", "missing_secret", "auth_token")]
    [InlineData("""{"authentication": "query_param", "auth_token": "  "}""", "missing_secret", "auth_token")]
    [InlineData("""{"authentication": "signature", "auth_token": ""}""", "missing_secret", "auth_token")]
    [InlineData("""{"authentication": "signature", "auth_token": "{{secret}}"}""", "placeholder_left", "auth_token")]
    [InlineData("""{"authentication": "signature", "signature_scheme": "standard_webhooks", "auth_token": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""", "invalid_secret", "auth_token")]
    [InlineData("""{"authentication": "signature", "signature_scheme": "standard_webhooks", "auth_token": "whsec_c2hvcnQ="}""", "invalid_secret", "auth_token")]
    [InlineData("""{"authentication": "signature", "signature_scheme": "standard_webhooks", "auth_token": "whsec_***"}""", "invalid_secret", "auth_token")]
    [InlineData("""{"authentication": "password"}""", "invalid_value", "authentication")]
    [InlineData("""{"authentication": 1}""", "invalid_value", "authentication")]
    [InlineData("""{"webhook_path": "/a//b"}""", "invalid_path", "webhook_path")]
    [InlineData("""{"webhook_path": 5}""", "invalid_path", "webhook_path")]
    [InlineData("""{"webhook_path": "/webhook/0194d0a2-0000-7000-8000-00000000000f/x"}""", "webhook_path_taken", "webhook_path")]
    [InlineData("""{"allowed_methods": []}""", "invalid_value", "allowed_methods")]
    [InlineData("""{"allowed_methods": ["TRACE"]}""", "invalid_value", "allowed_methods")]
    [InlineData("""{"allowed_methods": "POST"}""", "invalid_value", "allowed_methods")]
    [InlineData("""{"response_mode": "node"}""", "missing_response_node", "response_node")]
    [InlineData("""{"response_timeout_seconds": 61}""", "invalid_value", "response_timeout_seconds")]
    [InlineData("""{"response_timeout_seconds": 0}""", "invalid_value", "response_timeout_seconds")]
    [InlineData("""{"response_format": "xml"}""", "invalid_value", "response_format")]
    [InlineData("""{"token_name": "a b"}""", "invalid_value", "token_name")]
    [InlineData("""{"signature_header": "X: Y"}""", "invalid_value", "signature_header")]
    [InlineData("""{"accept_any_type": "yes"}""", "invalid_value", "accept_any_type")]
    public void What_cannot_listen_safely_is_refused_with_its_reason(string configuration, string code, string parameter)
    {
        var problem = Assert.Single(Plan(configuration).Problems);

        Assert.Equal((code, $"/nodes/3/configurations/{parameter}", "hook"), (problem.Code, problem.Pointer, problem.NodeId));
    }

    [Fact]
    public void Every_fault_is_told_at_once() => Assert.Equal(
        ["invalid_value", "missing_secret", "invalid_path"],
        Plan("""{"webhook_path": "/../x", "authentication": "header_token", "response_mode": "soon"}""").Problems.Select(problem => problem.Code));

    [Theory]
    [InlineData("""{"authentication": "header_token", "auth_token": "s3cret"}""")]
    [InlineData("""{"authentication": "signature", "auth_token": "s3cret", "signature_header": "X-Hub-Signature-256"}""")]
    [InlineData($$"""{"authentication": "signature", "auth_token": "{{StandardSecret}}", "signature_scheme": "standard_webhooks"}""")]
    [InlineData("""{"response_mode": "node", "response_node": "say", "response_format": "html", "response_timeout_seconds": 60}""")]
    public void What_is_complete_is_deployed(string configuration) => Assert.Empty(Plan(configuration).Problems);

    [Fact]
    public void A_made_up_call_has_the_fields_of_a_real_one()
    {
        var configuration = JsonNode.Parse("""{"webhook_path": "/Orders", "allowed_methods": ["PUT"]}""")!.AsObject();
        var parameters = JsonNode.Parse("""{"headers": {"X-Shop": "1"}, "body": {"order": 17}, "query_params": {"a": "b"}}""")!.AsObject();

        var made = Type.Simulate(configuration, parameters, DateTimeOffset.UnixEpoch);

        Assert.Equal(
            """{"headers":{"x-shop":"1"},"body":{"order":17},"raw_body":"{\"order\":17}","query_params":{"a":"b"},"method":"PUT","path":"/orders","timestamp":"1970-01-01T00:00:00.000Z","client_ip":"127.0.0.1"}""",
            made.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(["method", "headers", "query_params", "body"], Type.InvocationSchema(configuration)["properties"]!.AsObject().Select(field => field.Key));
    }

    private static TriggerPlan Plan(string configuration) =>
        Type.Plan(new TriggerNode(Workflow, "hook", "Hook", "WEBHOOK", JsonNode.Parse(configuration)!.AsObject(), 3), DateTimeOffset.UnixEpoch);
}
