using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Hosting;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AiTeams.ServiceDefaults.Tests.Identity;

public sealed class TokenTests : IAsyncLifetime
{
    private static readonly Guid User = Guid.NewGuid();

    private ServiceUnderTest _service = null!;

    public static TheoryData<string, string> Refused => new()
    {
        { "expired", TestIdentity.Sign(Claims(), TimeSpan.FromSeconds(-10)) },
        { "of another key", TestIdentity.Sign(Claims(), TimeSpan.FromMinutes(1), "another-secret-of-at-least-32-characters") },
        { "for another audience", TestIdentity.Sign(Claims(("aud", "elsewhere")), TimeSpan.FromMinutes(1)) },
        { "of another issuer", TestIdentity.Sign(Claims(("iss", "http://elsewhere")), TimeSpan.FromMinutes(1)) },
        { "without a user id", TestIdentity.Sign(Claims(("sub", "alice")), TimeSpan.FromMinutes(1)) },
        { "of a service", TestIdentity.ServiceToken("memory") },
        { "unsigned", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + TestIdentity.Sign(Claims(), TimeSpan.FromMinutes(1)).Split('.')[1] + "." },
        { "no token at all", "garbage" },
    };

    public async Task InitializeAsync() => _service = await ServiceUnderTest.StartAsync(map: app =>
    {
        app.MapGet("/me", (Caller caller) => caller).RequireAuthorization("user");
        app.MapGet("/anyone", (Caller caller) => caller);
        app.MapGet("/peer", (HttpContext context) => context.User.Identity?.Name).RequireAuthorization("service");
    });

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_users_token_makes_the_caller()
    {
        var session = Guid.NewGuid();
        using var client = _service.Client(TestIdentity.Token(User, "ann@example.com", session));

        var caller = await (await client.GetAsync("/me")).JsonAsync();

        Assert.Equal((User, "ann@example.com", session), ((Guid)caller["user_id"]!, (string)caller["email"]!, (Guid)caller["session_id"]!));
        var claims = JsonNode.Parse((string)caller["claims_json"]!)!;
        Assert.Equal((User.ToString(), "authenticated"), ((string)claims["sub"]!, (string)claims["role"]!));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_token_is_refused_when_it_is(string what, string token)
    {
        using var client = _service.Client(token);

        using var answer = await client.GetAsync("/me");

        await answer.ProblemAsync(401, "unauthorized");
        Assert.True(answer.Headers.WwwAuthenticate.Single() is { Scheme: "Bearer" }, what);
    }

    [Fact]
    public async Task A_caller_parameter_alone_demands_a_user_too()
    {
        using var client = _service.Client();

        await (await client.GetAsync("/anyone")).ProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task A_services_token_opens_what_is_for_services_and_a_users_does_not()
    {
        using var service = _service.Client(TestIdentity.ServiceToken("memory"));
        using var user = _service.Client(TestIdentity.Token(User));

        Assert.Equal("memory", await service.GetStringAsync("/peer"));
        await (await user.GetAsync("/peer")).ProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task The_token_we_mint_is_one_we_accept()
    {
        using var client = _service.Client(_service.Get<ServiceTokens>().Current);

        Assert.Equal("tested", await client.GetStringAsync("/peer"));
    }

    [Fact]
    public void A_service_token_is_used_again_until_a_minute_before_it_expires()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var tokens = new ServiceTokens(new ServiceName("memory"), Options.Create(new IdentitySettings { JwtSecret = TestIdentity.JwtSecret }), clock);
        var first = tokens.Current;

        clock.Advance(TimeSpan.FromMinutes(3.9));
        Assert.Same(first, tokens.Current);

        clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.NotEqual(first, tokens.Current);
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("too short", "32")]
    public async Task Without_a_good_secret_nothing_starts(string secret, string said)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ServiceUnderTest.StartAsync(settings: new() { ["Identity:JwtSecret"] = secret }));

        Assert.Contains("Identity:JwtSecret", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    private static JsonObject Claims(params (string Name, string Value)[] different)
    {
        var claims = new JsonObject { ["sub"] = User.ToString(), ["role"] = "authenticated", ["aud"] = "authenticated" };
        foreach (var (name, value) in different)
        {
            claims[name] = value;
        }

        return claims;
    }
}
