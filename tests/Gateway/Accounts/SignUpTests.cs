using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace AiTeams.Gateway.Tests.Accounts;

[Collection(OneGateway.Name)]
public sealed class SignUpTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task Signing_up_opens_a_session_that_the_services_accept()
    {
        var session = await gateway.SignUpAsync();

        Assert.Equal("bearer", (string?)session.Body["token_type"]);
        Assert.Equal(3600, (int)session.Body["expires_in"]!);
        Assert.InRange((long)session.Body["expires_at"]! - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 3500, 3601);
        Assert.Equal(session.Email, (string?)session.Body["user"]!["email"]);
        var proxied = await session.SendAsync(HttpMethod.Get, "/api/v1/app/workflows");
        Assert.Equal(200, (int)proxied.StatusCode);
    }

    [Fact]
    public async Task The_password_is_stored_as_a_hash_and_the_refresh_token_as_its_hash()
    {
        var session = await gateway.SignUpAsync(password: "do not write this down");

        var database = await gateway.Environment.DatabaseAsync();
        await using var command = database.Admin.CreateCommand(
            "SELECT u.encrypted_password, t.token_hash FROM auth.users u JOIN auth.refresh_tokens t ON t.user_id = u.id WHERE u.id = $1");
        command.Parameters.Add(new() { Value = session.UserId });
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.StartsWith("$pbkdf2-sha512$i=", reader.GetString(0), StringComparison.Ordinal);
        Assert.Equal(32, reader.GetFieldValue<byte[]>(1).Length);
        Assert.NotEqual(Encoding.UTF8.GetBytes(session.RefreshToken)[..32], reader.GetFieldValue<byte[]>(1));
    }

    [Fact]
    public async Task An_address_is_one_account_however_it_is_spelt()
    {
        var session = await gateway.SignUpAsync();

        var again = await gateway.Client().PostAsJsonAsync(
            "/auth/v1/signup", new { email = session.Email.ToUpperInvariant(), password = "another password" });

        await again.AssertProblemAsync(422, "user_already_exists");
    }

    [Fact]
    public async Task Two_sign_ups_at_once_make_one_account()
    {
        var (client, email) = (gateway.Client(), GatewayUnderTest.NewEmail());

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            client.PostAsJsonAsync("/auth/v1/signup", new { email, password = "correct horse" })));

        Assert.Single(answers, answer => answer.IsSuccessStatusCode);
        Assert.Equal(3, answers.Count(answer => (int)answer.StatusCode == 422));
    }

    [Theory]
    [InlineData("short", "weak_password", 422)]
    [InlineData("", "validation_failed", 400)]
    [InlineData(null, "validation_failed", 400)]
    public async Task A_weak_password_is_refused(string? password, string code, int status)
    {
        var answer = await gateway.Client().PostAsJsonAsync("/auth/v1/signup", new { email = GatewayUnderTest.NewEmail(), password });

        var problem = await answer.AssertProblemAsync(status, code);
        Assert.Equal(code, (string?)problem["error_code"]);
        Assert.NotEmpty((string?)problem["msg"] ?? "");
    }

    [Theory]
    [InlineData("no-at-sign")]
    [InlineData("two@@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("Name <a@example.com>")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("a@[127.0.0.1]")]
    public async Task What_is_not_plainly_an_address_is_refused(string email)
    {
        var answer = await gateway.Client().PostAsJsonAsync("/auth/v1/signup", new { email, password = "correct horse" });

        await answer.AssertProblemAsync(400, "validation_failed");
    }

    [Fact]
    public async Task A_password_may_be_long_and_of_any_script()
    {
        var session = await gateway.SignUpAsync(password: string.Concat(Enumerable.Repeat("пароль密码🔑", 30)));

        Assert.Equal(session.UserId, (await session.AgainAsync()).UserId);
    }

    [Theory]
    [InlineData("{", "bad_json")]
    [InlineData("", "bad_json")]
    [InlineData("[1]", "bad_json")]
    [InlineData("""{"email": 5, "password": "correct horse"}""", "validation_failed")]
    [InlineData("""{"email": "a@example.com", "password": "correct horse", "data": []}""", "validation_failed")]
    [InlineData("""{"email": "a@example.com", "password": "correct horse", "data": {"a": "\u0000"}}""", "validation_failed")]
    public async Task A_body_that_makes_no_sense_is_refused(string body, string code)
    {
        var answer = await gateway.Client().PostAsync("/auth/v1/signup", new StringContent(body, Encoding.UTF8, "application/json"));

        await answer.AssertProblemAsync(400, code);
    }

    [Fact]
    public async Task Other_ways_in_are_refused_by_name()
    {
        var client = gateway.Client();

        await (await client.PostAsJsonAsync("/auth/v1/signup", new { phone = "+491", password = "correct horse" }))
            .AssertProblemAsync(422, "phone_provider_disabled");
        await (await client.PostAsJsonAsync("/auth/v1/signup", new JsonObject())).AssertProblemAsync(422, "anonymous_provider_disabled");
        await (await client.PostAsJsonAsync("/auth/v1/otp", new { email = "a@example.com" })).AssertProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task The_door_can_be_closed()
    {
        var closed = await gateway.Environment.NewHostAsync<Program>(GatewayUnderTest.Roomy with
        {
            Settings = new Dictionary<string, string>(GatewayUnderTest.Roomy.Settings) { ["Accounts:SignUp"] = "false" },
        });

        var answer = await closed.Client().PostAsJsonAsync("/auth/v1/signup", new { email = GatewayUnderTest.NewEmail(), password = "correct horse" });

        await answer.AssertProblemAsync(422, "signup_disabled");
    }
}
