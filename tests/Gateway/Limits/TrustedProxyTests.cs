using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.Limits;

public sealed class TrustedProxyTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Theory]
    [InlineData("127.0.0.0/8", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("10.0.0.0/8", 429)]
    [InlineData(null, 429)]
    public async Task Addresses_are_told_apart_by_the_word_of_trusted_proxies_only(string? trusted, int second)
    {
        var settings = new Dictionary<string, string> { ["Limits:Auth:Requests"] = "1", ["Redis:Prefix"] = $"{Guid.NewGuid()}:" };
        if (trusted is not null)
        {
            settings["TrustedProxies:0"] = trusted;
        }

        var host = await environment.NewHostAsync<Program>(new ServiceOptions { Needs = [Server.Postgres, Server.Redis], Settings = settings });

        Assert.Equal(200, await AskAsync(host, "203.0.113.1"));
        Assert.Equal(second, await AskAsync(host, "203.0.113.2"));
        Assert.Equal(429, await AskAsync(host, "203.0.113.1"));
    }

    [Fact]
    public async Task An_ipv6_network_is_one_address()
    {
        var host = await environment.NewHostAsync<Program>(new ServiceOptions
        {
            Needs = [Server.Postgres, Server.Redis],
            Settings = new Dictionary<string, string>
            {
                ["Limits:Auth:Requests"] = "1",
                ["Redis:Prefix"] = $"{Guid.NewGuid()}:",
                ["TrustedProxies:0"] = "127.0.0.1",
            },
        });

        Assert.Equal(200, await AskAsync(host, "2001:db8:1:2::1"));
        Assert.Equal(429, await AskAsync(host, "2001:db8:1:2:ffff::9"));
        Assert.Equal(200, await AskAsync(host, "2001:db8:1:3::1"));
    }

    private static async Task<int> AskAsync(ServiceHost<Program> host, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/auth/v1/settings");
        request.Headers.Add("X-Forwarded-For", address);
        return (int)(await host.Client().SendAsync(request)).StatusCode;
    }
}
