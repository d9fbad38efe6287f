using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.Limits;

public sealed class TrustedProxyTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private const int Attempts = 5;

    [Theory]
    [InlineData("127.0.0.0/8", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("10.0.0.0/8", 429)]
    [InlineData(null, 429)]
    public async Task Addresses_are_told_apart_by_the_word_of_trusted_proxies_only(string? trusted, int second)
    {
        Assert.Equal(new List<int> { 200, second, 429 }, await CountedAsync(trusted, "203.0.113.1", "203.0.113.2", "203.0.113.1"));
    }

    [Fact]
    public async Task An_ipv6_network_is_one_address()
    {
        Assert.Equal(new List<int> { 200, 429, 200 }, await CountedAsync("127.0.0.1", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"));
    }

    // Redis counts, or the gateway while Redis does not answer in time: what was counted in two places is not counted at all.
    private async Task<List<int>> CountedAsync(string? trusted, params string[] addresses)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var settings = new Dictionary<string, string> { ["Limits:Auth:Requests"] = "1", ["Redis:Prefix"] = $"{Guid.NewGuid()}:" };
            if (trusted is not null)
            {
                settings["TrustedProxies:0"] = trusted;
            }

            var host = await environment.NewHostAsync<Program>(new ServiceOptions { Needs = [Server.Postgres, Server.Redis], Settings = settings });
            await RateLimitTests.ConnectedAsync(host);
            var answers = new List<int>();
            foreach (var address in addresses)
            {
                answers.Add(await AskAsync(host, address));
            }

            if (!host.Output.Text.Contains("Redis does not answer", StringComparison.Ordinal))
            {
                return answers;
            }
        }

        throw new InvalidOperationException($"Redis was away in each of {Attempts} attempts.");
    }

    private static async Task<int> AskAsync(ServiceHost<Program> host, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/auth/v1/settings");
        request.Headers.Add("X-Forwarded-For", address);
        return (int)(await host.Client().SendAsync(request)).StatusCode;
    }
}
