using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AiTeams.Gateway.Routing;
using AiTeams.Gateway.Tests.Fakes;
using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.Routing;

[Collection(OneGateway.Name)]
public sealed class ProxyTests(GatewayUnderTest gateway)
{
    [Theory]
    [InlineData("/api/v1/app/workflows", "workflow-engine")]
    [InlineData("/api/v1/app/workflows/", "workflow-engine")]
    [InlineData("/api/v1/app/workflows/1?q=a%20b", "workflow-engine")]
    [InlineData("/api/v1/app/workflows/1/executions", "workflow-engine")]
    [InlineData("/api/v1/app/workflows/validate", "workflow-engine")]
    [InlineData("/api/v1/app/executions/1/logs", "workflow-engine")]
    [InlineData("/api/v1/app/executions/1/events", "workflow-engine")]
    [InlineData("/api/v1/app/node-types/FLOW/IF", "workflow-engine")]
    [InlineData("/api/v1/app/workflows/1/deploy", "scheduler")]
    [InlineData("/api/v1/app/workflows/1/undeploy", "scheduler")]
    [InlineData("/api/v1/app/workflows/1/rollback", "scheduler")]
    [InlineData("/api/v1/app/workflows/1/deployments", "scheduler")]
    [InlineData("/api/v1/app/workflows/1/triggers/n1/invoke", "scheduler")]
    [InlineData("/api/v1/app/workflows/deploy", "workflow-engine")]
    [InlineData("/api/v1/public/webhook/orders/new", "scheduler")]
    [InlineData("/api/v1/public/webhooks/github", "scheduler")]
    [InlineData("/api/v1/app/interactions/1/respond", "human-in-the-loop")]
    [InlineData("/api/v1/app/workflows/1/hil-responses", "human-in-the-loop")]
    [InlineData("/api/v1/public/hil/token", "human-in-the-loop")]
    [InlineData("/api/v1/app/memory/search", "memory")]
    [InlineData("/api/v1/app/integrations/slack/authorize", "integrations")]
    [InlineData("/api/v1/app/credentials/1", "integrations")]
    [InlineData("/api/v1/app/api-calls", "integrations")]
    [InlineData("/api/v1/app/ai-models", "integrations")]
    [InlineData("/api/v1/app/usage?by=day", "integrations")]
    [InlineData("/api/v1/app/mcp-tools", "integrations")]
    [InlineData("/api/v1/app/mcp-servers", "integrations")]
    [InlineData("/api/v1/app/api-keys", "integrations")]
    [InlineData("/api/v1/public/oauth/slack/callback?state=s", "integrations")]
    [InlineData("/api/v1/mcp", "integrations")]
    public async Task An_address_leads_to_its_service_unchanged(string path, string service)
    {
        var asked = await AskAsync(path);

        Assert.Equal((service, path), (asked.Service, asked.Path));
        Assert.Equal(service, RouteLookup.Find(path.Split('?')[0])?.Service);
    }

    [Theory]
    [InlineData("/api/v1/app")]
    [InlineData("/api/v1/app/nothing")]
    [InlineData("/api/v1/public/nothing")]
    [InlineData("/api/v1/workflows")]
    [InlineData("/api/v2/app/workflows")]
    [InlineData("/internal")]
    public async Task What_is_not_in_the_table_is_not_found(string path)
    {
        using var client = gateway.Host.ClientOf(Guid.NewGuid());

        await (await client.GetAsync(path)).AssertProblemAsync(404, "not_found");
        Assert.Null(RouteLookup.Find(path));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Method_body_and_the_caller_s_token_travel_along(string method)
    {
        var user = Guid.NewGuid();
        using var client = gateway.Host.ClientOf(user);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/app/workflows")
        {
            Content = method == "GET" ? null : JsonContent.Create(new { name = "x" }),
        };
        request.Headers.Add("Idempotency-Key", "k1");
        request.Headers.TryAddWithoutValidation("If-Match", "\"3\"");

        var asked = await ReadAsync(await client.SendAsync(request));

        Assert.Equal(method, asked.Method);
        Assert.Equal(method == "GET" ? "" : """{"name":"x"}""", asked.Body);
        Assert.Equal(client.DefaultRequestHeaders.Authorization!.ToString(), asked.Headers["authorization"]);
        Assert.Equal(("k1", "\"3\""), (asked.Headers["idempotency-key"], asked.Headers["if-match"]));
    }

    [Fact]
    public async Task What_a_caller_says_about_itself_is_replaced_by_what_the_gateway_sees()
    {
        using var client = gateway.Host.ClientOf(Guid.NewGuid());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/app/workflows");
        foreach (var (name, value) in new[]
        {
            ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/evil"),
            ("Forwarded", "for=6.6.6.6"), ("X-Real-IP", "6.6.6.6"), ("X-Original-URL", "/health"), ("Connection", "X-Secret"), ("X-Secret", "1"),
            ("Proxy-Authorization", "Basic x"), ("TE", "trailers"),
        })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await client.SendAsync(request);
        var asked = await ReadAsync(answer);

        Assert.Equal("127.0.0.1", asked.Headers["x-forwarded-for"]);
        Assert.Equal(gateway.Host.HttpAddress.Authority, asked.Headers["x-forwarded-host"]);
        Assert.Equal("http", asked.Headers["x-forwarded-proto"]);
        Assert.DoesNotContain("6.6.6.6", string.Join(' ', asked.Headers.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", string.Join(' ', asked.Headers.Values), StringComparison.Ordinal);
        Assert.All(new[] { "forwarded", "x-real-ip", "x-original-url", "proxy-authorization", "x-forwarded-prefix" }, name => Assert.False(asked.Headers.ContainsKey(name), name));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task The_app_layer_needs_a_token_and_the_public_one_does_not()
    {
        gateway["workflow-engine"].Requests.Clear();

        var refused = await gateway.Client().GetAsync("/api/v1/app/workflows/1");
        await refused.AssertProblemAsync(401, "unauthorized");
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        Assert.Empty(gateway["workflow-engine"].Requests);
        Assert.Equal(200, (int)(await gateway.Client().PostAsync("/api/v1/public/webhook/a", null)).StatusCode);
    }

    [Fact]
    public async Task A_service_s_own_token_is_none_for_the_app_layer()
    {
        using var client = gateway.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestIdentity.ServiceToken("scheduler"));

        await (await client.GetAsync("/api/v1/app/workflows")).AssertProblemAsync(401, "unauthorized");
    }

    private async Task<Asked> AskAsync(string path)
    {
        using var client = gateway.Host.ClientOf(Guid.NewGuid());
        return await ReadAsync(await client.GetAsync(path));
    }

    private static async Task<Asked> ReadAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return JsonSerializer.Deserialize<Asked>(await answer.Content.ReadAsStringAsync())!;
    }
}
