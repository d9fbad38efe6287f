using System.Text.Json;
using AiTeams.Gateway.Tests.Fakes;

namespace AiTeams.Gateway.Tests.Answers;

[Collection(OneGateway.Name)]
public sealed class HeaderTests(GatewayUnderTest gateway)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/nothing")]
    [InlineData("/auth/v1/settings")]
    [InlineData("/api/v1/app/workflows")]
    [InlineData("/api/v1/public/webhook/a")]
    public async Task Every_answer_tells_the_browser_to_be_careful(string path)
    {
        var answer = await gateway.Client().GetAsync(path);

        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736")]
    public async Task A_caller_may_name_the_trace(string given, string traceId)
    {
        var (answer, asked) = await AskAsync(("X-Trace-ID", given));

        Assert.Equal(traceId, answer.Headers.GetValues("X-Trace-ID").Single());
        Assert.Equal(traceId, asked.Headers["traceparent"].Split('-')[1]);
        Assert.Equal(traceId, asked.Headers["x-trace-id"]);
    }

    [Fact]
    public async Task A_traceparent_goes_before_a_trace_id()
    {
        var (answer, asked) = await AskAsync(
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("X-Trace-ID", "4bf92f3577b34da6a3ce929d0e0e4736"));

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", answer.Headers.GetValues("X-Trace-ID").Single());
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", asked.Headers["traceparent"].Split('-')[1]);
    }

    [Theory]
    [InlineData("not-an-id")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("<script>")]
    public async Task What_is_no_id_is_replaced(string given)
    {
        var (answer, asked) = await AskAsync(("X-Trace-ID", given));

        var id = answer.Headers.GetValues("X-Trace-ID").Single();
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.NotEqual(given, id);
        Assert.Equal(id, asked.Headers["x-trace-id"]);
    }

    private async Task<(HttpResponseMessage Answer, Asked Asked)> AskAsync(params (string Name, string Value)[] headers)
    {
        using var client = gateway.Host.ClientOf(Guid.NewGuid());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/app/workflows");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await client.SendAsync(request);
        return (answer, JsonSerializer.Deserialize<Asked>(await answer.Content.ReadAsStringAsync())!);
    }
}
