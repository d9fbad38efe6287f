using System.Net.Http.Json;
using AiTeams.Testing;

namespace AiTeams.Gateway.Tests.Accounts;

[Collection(OneGateway.Name)]
public sealed class SignInTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task The_right_password_opens_another_session()
    {
        var first = await gateway.SignUpAsync();

        var second = await first.AgainAsync();

        Assert.Equal(first.UserId, second.UserId);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.NotNull(second.Body["user"]!["last_sign_in_at"]);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_told_apart_by_nothing()
    {
        var known = await gateway.SignUpAsync();

        var wrong = await TryAsync(known.Email, "not the password");
        var unknown = await TryAsync(GatewayUnderTest.NewEmail(), "not the password");

        var (one, other) = (await wrong.AssertProblemAsync(400, "invalid_credentials"), await unknown.AssertProblemAsync(400, "invalid_credentials"));
        one.Remove("trace_id");
        other.Remove("trace_id");
        Assert.Equal(one.ToJsonString(), other.ToJsonString());
        Assert.Equal(Headers(wrong), Headers(unknown));
    }

    [Fact]
    public async Task Guesses_at_one_address_run_out_and_a_stranger_s_count_for_nobody_else()
    {
        var (victim, other) = (await gateway.SignUpAsync(), await gateway.SignUpAsync());

        for (var guess = 0; guess < 10; guess++)
        {
            await (await TryAsync(victim.Email, $"guess {guess}")).AssertProblemAsync(400, "invalid_credentials");
        }

        var refused = await TryAsync(victim.Email, victim.Password);
        await refused.AssertProblemAsync(429, "over_request_rate_limit");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30 * 60);
        Assert.Equal(200, (int)(await TryAsync(other.Email, other.Password)).StatusCode);
    }

    [Fact]
    public async Task An_unknown_address_is_throttled_the_same()
    {
        var nobody = GatewayUnderTest.NewEmail();
        for (var guess = 0; guess < 10; guess++)
        {
            await (await TryAsync(nobody.ToUpperInvariant(), "guess")).AssertProblemAsync(400, "invalid_credentials");
        }

        await (await TryAsync(nobody, "guess")).AssertProblemAsync(429, "over_request_rate_limit");
    }

    [Fact]
    public async Task Signing_in_starts_the_count_again()
    {
        var session = await gateway.SignUpAsync();

        for (var round = 0; round < 3; round++)
        {
            for (var guess = 0; guess < 6; guess++)
            {
                await (await TryAsync(session.Email, "guess")).AssertProblemAsync(400, "invalid_credentials");
            }

            Assert.Equal(200, (int)(await TryAsync(session.Email, session.Password)).StatusCode);
        }
    }

    [Fact]
    public async Task Guesses_made_at_once_are_counted_like_guesses_made_in_turn()
    {
        var session = await gateway.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 15).Select(guess => TryAsync(session.Email, $"guess {guess}")));

        Assert.Equal(10, answers.Count(answer => (int)answer.StatusCode == 400));
        Assert.Equal(5, answers.Count(answer => (int)answer.StatusCode == 429));
    }

    [Fact]
    public async Task A_banned_user_is_told_so_only_with_the_right_password()
    {
        var session = await gateway.SignUpAsync();
        await ExecuteAsync("UPDATE auth.users SET banned_until = now() + interval '1 day' WHERE id = $1", session.UserId);

        await (await TryAsync(session.Email, "guess")).AssertProblemAsync(400, "invalid_credentials");
        await (await TryAsync(session.Email, session.Password)).AssertProblemAsync(400, "user_banned");
        await (await session.RefreshAsync()).AssertProblemAsync(400, "refresh_token_not_found");
    }

    [Fact]
    public async Task An_old_hash_is_renewed_when_its_password_is_used()
    {
        var session = await gateway.SignUpAsync();
        var stronger = await gateway.Environment.NewHostAsync<Program>(GatewayUnderTest.Roomy with
        {
            Settings = new Dictionary<string, string>(GatewayUnderTest.Roomy.Settings) { ["Accounts:PasswordIterations"] = "120000" },
        });

        await Session.OpenAsync(stronger.Client(), "token?grant_type=password", session.Email, session.Password);

        Assert.Contains("$i=120000$", await HashAsync(session.UserId), StringComparison.Ordinal);
        Assert.Equal(session.UserId, (await session.AgainAsync()).UserId);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("token?grant_type=magic")]
    public async Task A_grant_nobody_knows_is_refused(string path)
    {
        var answer = await gateway.Client().PostAsJsonAsync($"/auth/v1/{path}", new { email = "a@example.com", password = "x" });

        await answer.AssertProblemAsync(400, "unsupported_grant_type");
    }

    [Fact]
    public async Task With_the_database_away_the_answer_is_503_and_it_recovers_by_itself()
    {
        var database = await gateway.Environment.DatabaseAsync();
        var direct = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionStringFor("gateway_service"));
        await using var wire = Fakes.Relay.To(direct.Port, FreePorts.Take());
        var host = await gateway.Environment.NewHostAsync<Program>(GatewayUnderTest.Roomy with
        {
            Settings = new Dictionary<string, string>(GatewayUnderTest.Roomy.Settings)
            {
                ["ConnectionStrings:aiteams"] = new Npgsql.NpgsqlConnectionStringBuilder(direct.ConnectionString) { Port = wire.Port }.ConnectionString,
            },
        });
        var session = await Session.OpenAsync(host.Client(), "signup", GatewayUnderTest.NewEmail(), "correct horse");

        wire.Cut();
        var away = await session.SendAsync(HttpMethod.Get, "/auth/v1/user");
        wire.Mend();

        await away.AssertProblemAsync(503, "database_unavailable");
        Assert.NotNull(away.Headers.RetryAfter);
        await Eventually.AssertAsync(
            async () => (await session.SendAsync(HttpMethod.Get, "/auth/v1/user")).IsSuccessStatusCode, TimeSpan.FromSeconds(15), "accounts are there again");
    }

    private Task<HttpResponseMessage> TryAsync(string email, string password) =>
        gateway.Client().PostAsJsonAsync("/auth/v1/token?grant_type=password", new { email, password });

    private async Task<string> HashAsync(Guid userId)
    {
        var database = await gateway.Environment.DatabaseAsync();
        await using var command = database.Admin.CreateCommand("SELECT encrypted_password FROM auth.users WHERE id = $1");
        command.Parameters.Add(new() { Value = userId });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql, Guid userId)
    {
        var database = await gateway.Environment.DatabaseAsync();
        await using var command = database.Admin.CreateCommand(sql);
        command.Parameters.Add(new() { Value = userId });
        await command.ExecuteNonQueryAsync();
    }

    private static string[] Headers(HttpResponseMessage answer) =>
        [.. answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).Where(name => name is not "X-Trace-ID").Order()];
}
