using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AiTeams.Gateway.Limits;
using AiTeams.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AiTeams.Gateway.Tests.Limits;

public sealed class RateLimitTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task Every_answer_says_how_much_is_left_and_the_last_one_when_to_come_back()
    {
        var (user, client) = await UserAsync(("Limits:App:Requests", "3"));

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await client.GetAsync("/api/v1/app/memory/facts"));
        }

        Assert.Equal(["2", "1", "0", "0"], answers.Select(answer => Header(answer, "X-RateLimit-Remaining")));
        Assert.All(answers, answer => Assert.Equal("3", Header(answer, "X-RateLimit-Limit")));
        var reset = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Header(answers[0], "X-RateLimit-Reset"), CultureInfo.InvariantCulture));
        Assert.InRange(reset, DateTimeOffset.UtcNow.AddSeconds(-2), DateTimeOffset.UtcNow.AddHours(1).AddSeconds(2));
        await answers[3].AssertProblemAsync(429, "rate_limited");
        Assert.InRange(answers[3].Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
        Assert.NotEqual(Guid.Empty, user);
    }

    [Fact]
    public async Task A_user_is_counted_over_all_gateways_and_addresses_apart_from_other_users()
    {
        var settings = Settings(("Limits:App:Requests", "2"));
        var (one, two) = (await environment.NewHostAsync<Program>(settings), await environment.NewHostAsync<Program>(settings));
        var (user, other) = (Guid.NewGuid(), Guid.NewGuid());

        await one.ClientOf(user).GetAsync("/api/v1/app/usage");
        await two.ClientOf(user).GetAsync("/api/v1/app/workflows");

        await (await one.ClientOf(user).GetAsync("/api/v1/app/usage")).AssertProblemAsync(429, "rate_limited");
        Assert.NotEqual(429, (int)(await one.ClientOf(other).GetAsync("/api/v1/app/usage")).StatusCode);
    }

    [Fact]
    public async Task Without_a_valid_token_the_address_is_counted()
    {
        var host = await environment.NewHostAsync<Program>(Settings(("Limits:Public:Requests", "2"), ("Redis:Prefix", $"{Guid.NewGuid()}:")));
        var client = host.Client();

        await (await client.GetAsync("/api/v1/app/usage")).AssertProblemAsync(401, "unauthorized");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "made-up-1");
        await (await client.GetAsync("/api/v1/app/usage")).AssertProblemAsync(401, "unauthorized");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "made-up-2");
        await (await client.GetAsync("/api/v1/app/usage")).AssertProblemAsync(429, "rate_limited");
    }

    [Fact]
    public async Task A_limit_on_accounts_answers_in_their_client_s_words()
    {
        var host = await environment.NewHostAsync<Program>(Settings(("Limits:Auth:Requests", "1"), ("Redis:Prefix", $"{Guid.NewGuid()}:")));

        Assert.Equal(200, (int)(await host.Client().GetAsync("/auth/v1/settings")).StatusCode);
        var refused = await (await host.Client().GetAsync("/auth/v1/settings")).AssertProblemAsync(429, "over_request_rate_limit");
        Assert.Equal("over_request_rate_limit", (string?)refused["error_code"]);
    }

    [Fact]
    public async Task Keys_are_counted_apart()
    {
        var host = await environment.NewHostAsync<Program>(Settings(("Limits:Mcp:Requests", "1")));
        async Task<int> CallAsync(string key)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/mcp") { Content = JsonContent.Create(new { }) };
            request.Headers.Add("X-API-Key", key);
            return (int)(await host.Client().SendAsync(request)).StatusCode;
        }

        int[] answers = [await CallAsync("one"), await CallAsync("one"), await CallAsync("two")];
        Assert.Equal([503, 429, 503], answers);
    }

    [Fact]
    public async Task Webhooks_are_counted_apart_from_other_callers_without_a_name()
    {
        var host = await environment.NewHostAsync<Program>(
            Settings(("Limits:Public:Requests", "1"), ("Limits:Webhook:Requests", "2"), ("Redis:Prefix", $"{Guid.NewGuid()}:")));
        async Task<int> CallAsync(string path) => (int)(await host.Client().PostAsync(path, JsonContent.Create(new { }))).StatusCode;

        int[] answers =
        [
            await CallAsync("/api/v1/public/webhook/orders"), await CallAsync("/api/v1/public/webhooks/github"), await CallAsync("/api/v1/public/webhook/orders"),
            await CallAsync("/api/v1/public/hil/token"), await CallAsync("/api/v1/public/hil/token"),
        ];

        Assert.Equal([503, 503, 429, 503, 429], answers);
    }

    [Fact]
    public async Task Health_and_documents_are_never_limited()
    {
        var host = await environment.NewHostAsync<Program>(Settings(("Limits:Public:Requests", "1"), ("Redis:Prefix", $"{Guid.NewGuid()}:")));
        foreach (var path in new[] { "/health", "/alive", "/api/v1/public/health", "/api/v1/public/version", "/openapi/v1.json", "/" })
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(200, (int)(await host.Client().GetAsync(path)).StatusCode);
            }
        }
    }

    [Fact]
    public async Task The_script_counts_like_the_window_in_memory()
    {
        var host = await environment.NewHostAsync<Program>(Settings());
        var limiter = host.Services.GetRequiredService<RedisLimiter>();
        await ConnectedAsync(host);
        var limit = new Limit("script", 5, TimeSpan.FromHours(10));

        var verdicts = new List<Verdict?>();
        for (var i = 0; i < 7; i++)
        {
            verdicts.Add(await limiter.TakeAsync(limit, "me", WithoutRedis.Open));
        }

        Assert.Equal([4, 3, 2, 1, 0, 0, 0], verdicts.Select(verdict => verdict!.Value.Remaining));
        Assert.Equal([true, true, true, true, true, false, false], verdicts.Select(verdict => verdict!.Value.Allowed));
        await limiter.ForgiveAsync(limit, "me");
        Assert.True((await limiter.TakeAsync(limit, "me", WithoutRedis.Open))!.Value.Allowed);
    }

    [Fact]
    public async Task Requests_at_once_never_get_more_than_the_limit()
    {
        var (_, client) = await UserAsync(("Limits:App:Requests", "20"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetAsync("/api/v1/app/usage")));

        Assert.Equal(40, answers.Count(answer => (int)answer.StatusCode == 429));
    }

    [Fact]
    public async Task After_a_restart_of_redis_the_script_is_loaded_again()
    {
        var (_, client) = await UserAsync(("Limits:App:Requests", "5"));
        await client.GetAsync("/api/v1/app/usage");

        await (await environment.RedisAsync()).RunAsync("SCRIPT", "FLUSH");

        Assert.Equal("3", Header(await client.GetAsync("/api/v1/app/usage"), "X-RateLimit-Remaining"));
    }

    private async Task<(Guid User, HttpClient Client)> UserAsync(params (string Name, string Value)[] settings)
    {
        var host = await environment.NewHostAsync<Program>(Settings(settings));
        await ConnectedAsync(host);
        var user = Guid.NewGuid();
        return (user, host.ClientOf(user));
    }

    internal static Task ConnectedAsync(ServiceHost<Program> host) => Eventually.AssertAsync(
        () => host.Services.GetRequiredService<RedisConnection>().IsConnected, TimeSpan.FromSeconds(30), "the gateway has found Redis");

    private static ServiceOptions Settings(params (string Name, string Value)[] settings) => new()
    {
        Needs = [Server.Postgres, Server.Redis],
        Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value),
    };

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
