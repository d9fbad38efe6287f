using System.Text;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class WebhookCallNodeTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// <summary>The specification's own example.</summary>
    [Fact]
    public void It_signs_as_Standard_Webhooks_says() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookCallNode.Sign(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8.ToArray()));

    [Fact]
    public void The_event_goes_out_under_the_calls_own_id_and_with_both_signatures_while_keys_change()
    {
        var call = Run.Of(Draft(
            $$$"""{"url":"https://hooks.test/x","secret":"{{{Secret}}}","previous_secret":"old-secret","event_type":"order.sent","payload":{"id":"{{ $json.id }}"}}"""),
            """{"id":7}""").Call("hook");

        Assert.Equal("POST", call.Method);
        Assert.Equal("exec_1:hook:0", Header(call, "webhook-id"));
        Assert.Equal(Run.Noon.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), Header(call, "webhook-timestamp"));
        Assert.Equal(
            string.Join(' ', new[] { Secret, "old-secret" }.Select(secret => WebhookCallNode.Sign(secret, "exec_1:hook:0", Run.Noon, call.Body!.Value.ToArray()))),
            Header(call, "webhook-signature"));
        var body = JsonData.Parse(Encoding.UTF8.GetString(call.Body!.Value.Span));
        Assert.Equal(("order.sent", JsonData.Of(Run.Noon)), (body["type"].Text, body["timestamp"]));
        Assert.Equal("7", body["data"]["id"].ToDisplayText());
        Assert.Equal([Secret, "old-secret"], call.Secrets);
        Assert.False(call.FollowRedirects);
    }

    [Fact]
    public void Without_a_type_the_body_is_the_data_and_without_a_secret_there_is_no_signature()
    {
        var call = Run.Of(Draft("""{"url":"https://hooks.test/x"}"""), """{"a":[1,2]}""").Call("hook");

        Assert.Equal("""{"a":[1,2]}""", Encoding.UTF8.GetString(call.Body!.Value.Span));
        Assert.DoesNotContain(call.Headers, header => header.Key == "webhook-signature");
    }

    [Fact]
    public void A_further_attempt_has_the_same_id_and_body()
    {
        var run = Run.Of(Draft($$"""{"url":"https://hooks.test/x","secret":"{{Secret}}","event_type":"a","retry_attempts":2}"""));
        var first = run.Call("hook");

        run.Answer("hook", 503).Elapse("hook", TimeSpan.FromSeconds(6));

        var second = run.Call("hook");
        Assert.Equal(Header(first, "webhook-id"), Header(second, "webhook-id"));
        Assert.Equal(first.Body!.Value.ToArray(), second.Body!.Value.ToArray());
        Assert.NotEqual(Header(first, "webhook-timestamp"), Header(second, "webhook-timestamp"));
        Assert.Equal("exec_1:hook:0", run.Answer("hook", 200).Output("hook")["webhook_id"].Text);
    }

    private static Draft Draft(string configurations) => Tests.Draft.Manual().Node("hook", "ACTION.WEBHOOK_CALL", configurations).Connect("start -> hook");

    private static string Header(HttpCall call, string name) => Assert.Single(call.Headers, header => header.Key == name).Value;
}
