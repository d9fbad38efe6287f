using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.Answers;

[Collection(OneGateway.Name)]
public sealed class CorsTests(GatewayUnderTest gateway)
{
    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://127.0.0.1:3000", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("null", false)]
    public async Task Pages_on_this_machine_may_call_and_others_may_not(string origin, bool mayCall)
    {
        var answer = await PreflightAsync(gateway.Client(), "/api/v1/app/workflows", origin);

        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(mayCall, answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.False(answer.Headers.Contains("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task Refusals_can_be_read_by_the_page_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/app/workflows");
        request.Headers.Add("Origin", "http://localhost:5173");

        var answer = await gateway.Client().SendAsync(request);

        await answer.AssertProblemAsync(401, "unauthorized");
        Assert.Equal("http://localhost:5173", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("X-Trace-ID", answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_replaces_the_default()
    {
        var host = await gateway.Environment.NewHostAsync<Program>(new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string> { ["Cors:Origins:0"] = "https://app.example" },
        });

        Assert.True((await PreflightAsync(host.Client(), "/auth/v1/signup", "https://app.example")).Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False((await PreflightAsync(host.Client(), "/auth/v1/signup", "http://localhost:5173")).Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static Task<HttpResponseMessage> PreflightAsync(HttpClient client, string path, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-client-info,x-supabase-api-version");
        return client.SendAsync(request);
    }
}
