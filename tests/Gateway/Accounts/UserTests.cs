using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace AiTeams.Gateway.Tests.Accounts;

[Collection(OneGateway.Name)]
public sealed class UserTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task Metadata_is_merged_and_null_removes_a_key()
    {
        var session = await gateway.SignUpAsync();

        await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { data = new { name = "Ada", colour = "blue" } });
        var user = await (await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { data = new { colour = (string?)null, age = 36 } })).JsonAsync();

        Assert.Equal("""{"age":36,"name":"Ada"}""", user["user_metadata"]!.ToJsonString());
        var read = await (await session.SendAsync(HttpMethod.Get, "/auth/v1/user")).JsonAsync();
        Assert.Equal(user.ToJsonString(), read.ToJsonString());
    }

    [Fact]
    public async Task A_new_password_replaces_the_old_one_and_ends_other_sessions()
    {
        var session = await gateway.SignUpAsync();
        var elsewhere = await session.AgainAsync();

        var answer = await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { password = "quite another one" });

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(session.UserId, (await (session with { Password = "quite another one" }).AgainAsync()).UserId);
        Assert.Equal(200, (int)(await session.RefreshAsync()).StatusCode);
        await (await elsewhere.RefreshAsync()).AssertProblemAsync(400, "refresh_token_not_found");
    }

    [Fact]
    public async Task The_same_password_and_a_weak_one_are_refused()
    {
        var session = await gateway.SignUpAsync();

        await (await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { password = session.Password })).AssertProblemAsync(422, "same_password");
        var weak = await (await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { password = "short" })).AssertProblemAsync(422, "weak_password");
        Assert.Equal("length", (string?)weak["weak_password"]!["reasons"]![0]);
        await (await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { password = "long enough now", current_password = "wrong" }))
            .AssertProblemAsync(400, "invalid_credentials");
    }

    [Fact]
    public async Task An_address_can_be_changed_to_one_that_is_free()
    {
        var (session, other) = (await gateway.SignUpAsync(), await gateway.SignUpAsync());
        var free = GatewayUnderTest.NewEmail();

        await (await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { email = other.Email.ToUpperInvariant() }))
            .AssertProblemAsync(422, "email_exists");
        var user = await (await session.SendAsync(HttpMethod.Put, "/auth/v1/user", new { email = free })).JsonAsync();

        Assert.Equal(free, (string?)user["email"]);
        Assert.Equal(session.UserId, (await (session with { Email = free }).AgainAsync()).UserId);
    }

    [Fact]
    public async Task A_token_is_only_as_good_as_its_signature()
    {
        var session = await gateway.SignUpAsync();
        JsonObject Claims(string audience = "authenticated", string issuer = TestIdentity.Issuer) => new()
        {
            ["sub"] = session.UserId.ToString(),
            ["role"] = "authenticated",
            ["aud"] = audience,
            ["iss"] = issuer,
        };
        var unsigned = $"{Part("""{"alg":"none","typ":"JWT"}""")}.{session.AccessToken.Split('.')[1]}.";
        var bent = $"{session.AccessToken[..^4]}AAAA";
        string[] bad =
        [
            TestIdentity.Sign(Claims(), TimeSpan.FromHours(1), "another-secret-another-secret-another-0123"),
            TestIdentity.Sign(Claims(), TimeSpan.FromHours(-1)),
            TestIdentity.Sign(Claims(issuer: "https://elsewhere.example"), TimeSpan.FromHours(1)),
            TestIdentity.Sign(Claims(audience: "somebody-else"), TimeSpan.FromHours(1)),
            TestIdentity.ServiceToken("workflow-engine"),
            unsigned,
            bent,
            "garbage",
        ];

        foreach (var token in bad)
        {
            await (await AskAsync("/auth/v1/user", token)).AssertProblemAsync(403, "bad_jwt");
            await (await AskAsync("/api/v1/app/workflows", token)).AssertProblemAsync(401, "unauthorized");
        }
    }

    private Task<HttpResponseMessage> AskAsync(string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return gateway.Client().SendAsync(request);
    }

    private static string Part(string json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));
}
