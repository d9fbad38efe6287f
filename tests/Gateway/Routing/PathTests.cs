using System.Net.Sockets;
using System.Text;
using AiTeams.Gateway.Routing;
using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.Routing;

/// <summary>Paths that try to mean one thing to the gateway and another to the service, sent as they are.</summary>
[Collection(OneGateway.Name)]
public sealed class PathTests(GatewayUnderTest gateway)
{
    [Theory]
    [InlineData("/api/v1/app/workflows/../../../../health")]
    [InlineData("/api/v1/app/workflows/%2e%2e/%2e%2e/%2e%2e/%2e%2e/health")]
    [InlineData("/api/v1/app/workflows/.%2e/.%2E/%2e./../openapi/v1.json")]
    [InlineData("/api/v1/app/workflows/%252e%252e/%252e%252e/%252e%252e/%252e%252e/health")]
    [InlineData("/api/v1/app/workflows/%25252e%25252e/health")]
    [InlineData("/api/v1/app/workflows/..%2f..%2f..%2f..%2fhealth")]
    [InlineData("/api/v1/app/workflows/..%5c..%5c..%5c..%5chealth")]
    [InlineData("/api/v1/app/workflows/..%255c..%255chealth")]
    [InlineData("/api/v1/app/workflows/..\\..\\..\\..\\health")]
    [InlineData("/api/v1/app/workflows//../../health")]
    [InlineData("//api/v1/app/workflows")]
    [InlineData("/api/v1/app/workflows//health")]
    [InlineData("/api/v1/app//workflows")]
    [InlineData("/api/v1/app/workflows/%00/health")]
    [InlineData("/api/v1/app/workflows/%0d%0aX-Evil:1")]
    [InlineData("/api/v1/app/workflows/;/../../../../health")]
    [InlineData("/api/v1/app/workflows/1%2fdeploy")]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/grpc.health.v1.Health/Check")]
    [InlineData("/aiteams.workflowengine.v1.WorkflowEngine/StartExecution")]
    [InlineData("http://127.0.0.1/api/v1/app/../../../health")]
    public async Task No_spelling_reaches_what_is_not_routed(string target)
    {
        var service = gateway["workflow-engine"];
        service.Requests.Clear();

        var status = await SendAsync(target);

        Assert.DoesNotContain(service.Requests, asked => !asked.Path.StartsWith("/openapi/", StringComparison.Ordinal));
        Assert.InRange(status, 200, 499);
    }

    [Fact]
    public async Task Case_does_not_matter_to_routes_and_so_not_to_their_guards()
    {
        Assert.Equal(401, await SendAsync("/API/V1/App/Workflows", token: false));
        Assert.Equal(200, await SendAsync("/API/V1/App/Workflows"));
    }

    [Theory]
    [InlineData("/api/v1/public/webhook/caf%C3%A9/a+b~c", "/api/v1/public/webhook/café/a+b~c")]
    [InlineData("/api/v1/public/webhook/a%20b", "/api/v1/public/webhook/a b")]
    public async Task Ordinary_escapes_pass(string target, string meant)
    {
        var service = gateway["scheduler"];
        service.Requests.Clear();

        Assert.Equal(200, await SendAsync(target));

        Assert.Equal(meant, Uri.UnescapeDataString(Assert.Single(service.Requests).Path));
    }

    [Theory]
    [InlineData("/a/b", false)]
    [InlineData("/", false)]
    [InlineData("/a..b/.c", false)]
    [InlineData("/a/../b", true)]
    [InlineData("/a/.", true)]
    [InlineData("/a//b", true)]
    [InlineData("/a%2fb", true)]
    [InlineData("/a\\b", true)]
    [InlineData("/a\u0001b", true)]
    public void Odd_is_what_the_next_server_could_read_differently(string path, bool isOdd) => Assert.Equal(isOdd, RefuseOddPaths.IsOdd(path));

    // Clients tidy addresses up; a socket does not.
    private async Task<int> SendAsync(string target, bool token = true)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host.HttpAddress.Host, gateway.Host.HttpAddress.Port);
        await using var stream = client.GetStream();
        var identity = token ? $"Authorization: Bearer {TestIdentity.Token(Guid.NewGuid())}\r\n" : "";
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\n{identity}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
