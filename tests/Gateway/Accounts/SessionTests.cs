using System.Net.Http.Json;

namespace AiTeams.Gateway.Tests.Accounts;

[Collection(OneGateway.Name)]
public sealed class SessionTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task A_refresh_trades_the_token_for_a_new_session()
    {
        var first = await gateway.SignUpAsync();

        var second = first with { Body = await (await first.RefreshAsync()).JsonAsync() };

        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.Equal(first.UserId, second.UserId);
        Assert.Equal(200, (int)(await second.SendAsync(HttpMethod.Get, "/auth/v1/user")).StatusCode);
        Assert.Equal(200, (int)(await second.RefreshAsync()).StatusCode);
    }

    [Fact]
    public async Task A_spent_token_ends_its_family_and_no_other()
    {
        var stolen = await gateway.SignUpAsync();
        var elsewhere = await stolen.AgainAsync();
        var thief = stolen with { Body = await (await stolen.RefreshAsync()).JsonAsync() };

        await (await stolen.RefreshAsync()).AssertProblemAsync(400, "refresh_token_already_used");

        await (await thief.RefreshAsync()).AssertProblemAsync(400, "refresh_token_not_found");
        await (await thief.SendAsync(HttpMethod.Get, "/auth/v1/user")).AssertProblemAsync(403, "session_not_found");
        Assert.Equal(200, (int)(await elsewhere.RefreshAsync()).StatusCode);
    }

    [Fact]
    public async Task Of_many_refreshes_with_one_token_at_most_one_succeeds()
    {
        var session = await gateway.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => session.RefreshAsync()));

        Assert.Single(answers, answer => answer.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("made-up", "refresh_token_not_found")]
    [InlineData("", "validation_failed")]
    public async Task A_token_nobody_issued_is_refused(string token, string code)
    {
        var session = await gateway.SignUpAsync();

        await (await session.RefreshAsync(token)).AssertProblemAsync(400, code);
    }

    [Fact]
    public async Task A_session_ends_when_its_time_is_up()
    {
        var session = await gateway.SignUpAsync();
        var database = await gateway.Environment.DatabaseAsync();
        await using var command = database.Admin.CreateCommand("UPDATE auth.sessions SET not_after = now() WHERE user_id = $1");
        command.Parameters.Add(new() { Value = session.UserId });
        await command.ExecuteNonQueryAsync();

        await (await session.RefreshAsync()).AssertProblemAsync(400, "refresh_token_not_found");
    }

    [Theory]
    [InlineData("local", false, true)]
    [InlineData("others", true, false)]
    [InlineData("global", false, false)]
    public async Task Signing_out_ends_the_sessions_of_its_scope(string scope, bool ownStands, bool otherStands)
    {
        var own = await gateway.SignUpAsync();
        var other = await own.AgainAsync();

        var answer = await own.SendAsync(HttpMethod.Post, $"/auth/v1/logout?scope={scope}");

        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(ownStands, (await own.RefreshAsync()).IsSuccessStatusCode);
        Assert.Equal(otherStands, (await other.RefreshAsync()).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Without_a_scope_every_session_ends()
    {
        var own = await gateway.SignUpAsync();
        var other = await own.AgainAsync();

        Assert.Equal(204, (int)(await own.SendAsync(HttpMethod.Post, "/auth/v1/logout")).StatusCode);
        await (await other.RefreshAsync()).AssertProblemAsync(400, "refresh_token_not_found");
    }

    [Fact]
    public async Task A_scope_nobody_knows_ends_nothing()
    {
        var session = await gateway.SignUpAsync();

        await (await session.SendAsync(HttpMethod.Post, "/auth/v1/logout?scope=universe")).AssertProblemAsync(400, "validation_failed");
        Assert.Equal(200, (int)(await session.RefreshAsync()).StatusCode);
    }

    [Fact]
    public async Task Nobody_is_signed_out_without_a_token()
    {
        await (await gateway.Client().PostAsJsonAsync("/auth/v1/logout", new { })).AssertProblemAsync(401, "no_authorization");
    }
}
