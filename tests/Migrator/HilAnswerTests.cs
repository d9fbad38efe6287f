using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>What comes in through channels and through links.</summary>
public sealed class HilAnswerTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    private const string Use = "UPDATE hil_tokens SET used_at = $1 WHERE interaction_id = $2 AND used_at IS NULL";

    private static readonly DateTime Expiry = new(2100, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly Waiting _owner = users.Owner;

    [Fact]
    public async Task A_token_answers_once()
    {
        await using var service = await OpenAsync();

        Assert.Equal(1, await service.ExecuteAsync(Use, Expiry.AddSeconds(-1), _owner.InteractionId));
        Assert.Equal(0, await service.ExecuteAsync(Use, Expiry.AddSeconds(-1), _owner.InteractionId));
        Assert.Equal(0, await service.ExecuteAsync("UPDATE hil_tokens SET used_at = NULL WHERE interaction_id = $1", _owner.InteractionId));
    }

    [Fact]
    public async Task Of_two_that_use_a_token_one_finds_nothing()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await first.ExecuteAsync(Use, Expiry.AddDays(-1), users.Other.InteractionId);

        var waiting = second.ExecuteAsync(Use, Expiry.AddDays(-1), users.Other.InteractionId);
        await users.Database.WaitUntilBlockedAsync(second.ProcessID);
        await first.ExecuteAsync("COMMIT");

        Assert.Equal(0, await waiting);
    }

    [Fact]
    public async Task An_expired_token_answers_nothing()
    {
        await using var service = await OpenAsync();

        Assert.Equal("23514", await service.RefusalAsync(Use, Expiry, _owner.InteractionId));
    }

    [Theory]
    [InlineData("INSERT INTO hil_tokens (interaction_id, token_hash, expires_at) VALUES ('{other interaction}', sha256('{interaction}'), now())", "23505")]
    [InlineData("INSERT INTO hil_tokens (interaction_id, token_hash, expires_at) VALUES ('{interaction}', 'the token itself', now())", "23514")]
    [InlineData("INSERT INTO hil_tokens (interaction_id, token_hash, expires_at) VALUES (gen_random_uuid(), sha256('x'), now())", "23503")]
    [InlineData("INSERT INTO hil_tokens (interaction_id, token_hash, expires_at, used_at) VALUES ('{interaction}', sha256('x'), '2100-01-01', now())", "42501")]
    [InlineData("UPDATE hil_tokens SET used_at = NULL", "42501")]
    [InlineData("UPDATE hil_tokens SET expires_at = 'infinity'", "42501")]
    [InlineData("UPDATE hil_tokens SET interaction_id = '{other interaction}'", "42501")]
    public async Task A_token_is_what_it_was_issued_for(string statement, string sqlState)
    {
        await using var service = await OpenAsync();

        Assert.Equal(sqlState, await service.RefusalAsync(_owner.In(statement, users.Other)));
    }

    [Theory]
    [InlineData("'{other workflow}', '{user}', 'unprocessed', NULL, NULL", "23503")]
    [InlineData("'{workflow}', '{user}', 'matched', '{other interaction}', NULL", "23503")]
    [InlineData("'{workflow}', '{user}', 'matched', NULL, NULL", "23514")]
    [InlineData("'{workflow}', '{user}', 'unprocessed', NULL, 1.01", "23514")]
    [InlineData("'{workflow}', '{user}', 'unprocessed', NULL, -0.01", "23514")]
    [InlineData("'{workflow}', '{user}', NULL, NULL, NULL", "23502")]
    public async Task A_response_that_makes_no_sense_is_refused(string row, string sqlState)
    {
        await using var service = await OpenAsync();

        Assert.Equal(sqlState, await service.RefusalAsync(_owner.In($$"""
            INSERT INTO hil_responses (workflow_id, user_id, status, matched_interaction_id, ai_relevance_score, source_channel, raw_payload)
            VALUES ({{row}}, 'email', '{}')
            """, users.Other)));
    }

    [Fact]
    public async Task What_a_channel_delivers_twice_is_kept_once()
    {
        await using var service = await OpenAsync();
        const string Receive = """
            INSERT INTO hil_responses (workflow_id, user_id, source_channel, external_id, raw_payload)
            VALUES ('{workflow}', '{user}', 'slack', $1, '{}') ON CONFLICT ON CONSTRAINT hil_responses_external_id_key DO NOTHING
            """;

        Assert.Equal(1, await service.ExecuteAsync(_owner.In(Receive), "Ev1"));
        Assert.Equal(0, await service.ExecuteAsync(_owner.In(Receive), "Ev1"));
        Assert.Equal(1, await service.ExecuteAsync(users.Other.In(Receive), "Ev1"));
        Assert.Equal(1, await service.ExecuteAsync(_owner.In(Receive), DBNull.Value));
        Assert.Equal(1, await service.ExecuteAsync(_owner.In(Receive), DBNull.Value));
    }

    [Theory]
    [InlineData("UPDATE hil_responses SET raw_payload = '{}'")]
    [InlineData("UPDATE hil_responses SET headers = '{}'")]
    [InlineData("UPDATE hil_responses SET user_id = '{other user}'")]
    [InlineData("UPDATE hil_responses SET received_at = now()")]
    [InlineData("DELETE FROM hil_responses")]
    [InlineData("UPDATE hil_message_templates SET body_template = 'x'")]
    public async Task What_came_in_stays_as_it_came(string statement)
    {
        await using var service = await OpenAsync();

        Assert.Equal("42501", await service.RefusalAsync(_owner.In(statement, users.Other)));
    }

    [Fact]
    public async Task An_answer_goes_with_its_question()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync(_owner.In("DELETE FROM human_interactions WHERE id = '{interaction}'"));

        Assert.Equal(0, await administrator.ScalarAsync<long>("SELECT count(*) FROM hil_responses WHERE user_id = $1", _owner.UserId));
        Assert.Equal(1, await administrator.CountAsync("hil_tokens"));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var service = await users.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);
        await service.ExecuteAsync("BEGIN");
        return service;
    }
}
