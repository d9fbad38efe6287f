using System.Diagnostics;
using System.Net.Http.Json;
using AiTeams.Gateway.Limits;
using AiTeams.Gateway.Tests.Fakes;
using AiTeams.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.Gateway.Tests.Limits;

public sealed class RedisAwayTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task The_gateway_starts_and_serves_without_redis_and_counts_once_it_is_there()
    {
        var (host, wire) = await StartAsync(isThere: false);
        await using var _ = wire;
        var client = host.ClientOf(Guid.NewGuid());

        var uncounted = await client.GetAsync("/api/v1/app/usage");
        Assert.Equal(503, (int)uncounted.StatusCode);
        Assert.False(uncounted.Headers.Contains("X-RateLimit-Limit"));
        Assert.Equal(200, (int)(await client.GetAsync("/health")).StatusCode);

        wire.Mend();
        await Eventually.AssertAsync(
            async () => (await client.GetAsync("/api/v1/app/usage")).Headers.Contains("X-RateLimit-Limit"), TimeSpan.FromSeconds(30), "requests are counted");
    }

    [Fact]
    public async Task When_redis_goes_requests_pass_uncounted_and_the_log_says_so_once()
    {
        var (host, wire) = await StartAsync(isThere: true);
        await using var _ = wire;
        var client = host.ClientOf(Guid.NewGuid());
        Assert.True((await client.GetAsync("/api/v1/app/usage")).Headers.Contains("X-RateLimit-Limit"));

        wire.Cut();
        for (var i = 0; i < 50; i++)
        {
            Assert.NotEqual(429, (int)(await client.GetAsync("/api/v1/app/usage")).StatusCode);
        }

        await Eventually.AssertAsync(() => Times(host, "Redis does not answer") == 1, TimeSpan.FromSeconds(10), "the log tells it");
        wire.Mend();
        await Eventually.AssertAsync(
            async () => (await client.GetAsync("/api/v1/app/usage")).Headers.Contains("X-RateLimit-Limit"), TimeSpan.FromSeconds(30), "requests are counted");
        Assert.Equal((1, 1), (Times(host, "Redis does not answer"), Times(host, "Redis answers again")));
    }

    [Fact]
    public async Task A_frozen_redis_delays_a_request_for_a_moment_and_not_every_request()
    {
        var (host, wire) = await StartAsync(isThere: true);
        await using var _ = wire;
        var client = host.ClientOf(Guid.NewGuid());
        await client.GetAsync("/api/v1/app/usage");

        wire.Freeze();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 40; i++)
        {
            Assert.NotEqual(429, (int)(await client.GetAsync("/api/v1/app/usage")).StatusCode);
        }

        // Each alone would wait a quarter of a second: ten seconds. Together they wait once a second at most.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Guessing_passwords_is_limited_all_the_same()
    {
        var (host, wire) = await StartAsync(isThere: false);
        await using var _ = wire;
        var email = GatewayUnderTest.NewEmail();

        var answers = new List<int>();
        for (var guess = 0; guess < 12; guess++)
        {
            answers.Add((int)(await host.Client().PostAsJsonAsync("/auth/v1/token?grant_type=password", new { email, password = "guess" })).StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(400, 10), 429, 429], answers);
    }

    private async Task<(ServiceHost<Program> Host, Relay Wire)> StartAsync(bool isThere)
    {
        var redis = await environment.RedisAsync();
        var parts = redis.ConnectionString.Split(',', 2);
        var port = int.Parse(parts[0].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        var wire = Relay.To(port, FreePorts.Take());
        if (!isThere)
        {
            wire.Cut();
        }

        var host = await environment.NewHostAsync<Program>(new ServiceOptions
        {
            Needs = [Server.Postgres],
            Settings = new Dictionary<string, string>
            {
                ["ConnectionStrings:redis"] = $"127.0.0.1:{wire.Port},{parts[1]}",
                ["Redis:Prefix"] = redis.Prefix,
                ["Accounts:PasswordIterations"] = "100000",
            },
        });
        if (isThere)
        {
            await RateLimitTests.ConnectedAsync(host);
        }
        else
        {
            Assert.False(host.Services.GetRequiredService<RedisConnection>().IsConnected);
        }

        return (host, wire);
    }

    private static int Times(ServiceHost<Program> host, string text) => host.Output.Text.Split(text).Length - 1;
}
