using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class HumanInteractionTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    private const string Ask = """
        INSERT INTO human_interactions (workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, timeout_at)
        VALUES ('{workflow}', '{user}', '{execution}', 'ask', 'approval', 'email', '{}', now())
        """;

    private const string Answer = """
        UPDATE human_interactions SET status = 'responded', response_data = '{"approved": true}', responded_at = now()
        WHERE id = '{interaction}' AND status = 'pending'
        """;

    private readonly Waiting _owner = users.Owner;

    [Fact]
    public async Task The_engine_asks_pauses_and_sets_the_timer_in_one_transaction()
    {
        await using var engine = await OpenAsync(ServiceRoles.Engine);

        await engine.ExecuteAsync(_owner.In(Ask.Replace("'ask'", "'ask again'", StringComparison.Ordinal)));
        await engine.ExecuteAsync(_owner.In("""
            INSERT INTO workflow_execution_pauses (execution_id, user_id, paused_at, paused_node_id, pause_reason, resume_conditions)
            VALUES ('{execution}', '{user}', now(), 'ask again', 'human_interaction', '{}');
            INSERT INTO execution_timers (execution_id, node_id, reason, due_at)
            SELECT execution_id, 'ask again', 'human', now() FROM workflow_executions WHERE id = '{execution}';
            UPDATE workflow_executions SET status = 'WAITING_FOR_HUMAN' WHERE id = '{execution}'
            """));
    }

    [Fact]
    public async Task A_node_run_asks_one_thing_at_a_time()
    {
        await using var engine = await OpenAsync(ServiceRoles.Engine);

        Assert.Equal("23505", await engine.RefusalAsync(_owner.In(Ask)));
        await engine.ExecuteAsync(_owner.In(Ask
            .Replace("node_id,", "node_id, iteration,", StringComparison.Ordinal).Replace("'ask',", "'ask', 1,", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("'{workflow}', '{user}', '{other execution}', 'pending'", "42501")]
    [InlineData("'{other workflow}', '{other user}', '{execution}', 'pending'", "42501")]
    [InlineData("'{workflow}', '{user}', gen_random_uuid(), 'pending'", "42501")]
    [InlineData("'{workflow}', '{other user}', '{execution}', 'pending'", "42501")]
    [InlineData("'{workflow}', '{user}', '{execution}', 'cancelled'", "42501")]
    public async Task The_engine_asks_only_for_an_execution_of_its_owner(string row, string sqlState)
    {
        await using var engine = await OpenAsync(ServiceRoles.Engine);

        Assert.Equal(sqlState, await engine.RefusalAsync(_owner.In($$"""
            INSERT INTO human_interactions (workflow_id, user_id, execution_id, status, node_id, interaction_type, channel_type, request_data, timeout_at)
            VALUES ({{row}}, 'x', 'approval', 'email', '{}', now())
            """, users.Other)));
    }

    [Theory]
    [InlineData("{other workflow}", "{user}", "{execution}")]
    [InlineData("{workflow}", "{user}", "{user}")]
    public async Task A_workflow_of_another_user_or_no_execution_is_refused_to_everybody(string workflow, string user, string execution)
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");

        Assert.Equal("23503", await administrator.RefusalAsync(_owner.In($$"""
            INSERT INTO human_interactions (workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, timeout_at)
            VALUES ('{{workflow}}', '{{user}}', '{{execution}}', 'x', 'approval', 'email', '{}', now())
            """, users.Other)));
    }

    [Fact]
    public async Task The_first_answer_counts()
    {
        await using var service = await OpenAsync(ServiceRoles.HumanInTheLoop);

        Assert.Equal(1, await service.ExecuteAsync(_owner.In(Answer)));
        Assert.Equal(0, await service.ExecuteAsync(_owner.In(Answer)));
        Assert.Equal(0, await service.ExecuteAsync(_owner.In("""
            UPDATE human_interactions SET response_data = '{"approved": false}' WHERE id = '{interaction}'
            """)));
        Assert.Equal(0, await service.ExecuteAsync(_owner.In("""
            UPDATE human_interactions SET status = 'pending', responded_at = NULL, response_data = NULL WHERE id = '{interaction}'
            """)));
    }

    [Fact]
    public async Task Of_two_that_answer_at_once_the_second_finds_nothing()
    {
        await using var first = await OpenAsync(ServiceRoles.HumanInTheLoop);
        await using var second = await OpenAsync(ServiceRoles.HumanInTheLoop);
        var answer = users.Other.In(Answer);
        await first.ExecuteAsync(answer);

        var waiting = second.ExecuteAsync(answer.Replace(" AND status = 'pending'", "", StringComparison.Ordinal));       // and did not even ask
        await users.Database.WaitUntilBlockedAsync(second.ProcessID);
        await first.ExecuteAsync("COMMIT");

        Assert.Equal(0, await waiting);
    }

    [Theory]
    [InlineData("status = 'responded'", "23514")]
    [InlineData("status = 'responded', responded_at = now()", "23514")]
    [InlineData("status = 'responded', response_data = '{}'", "23514")]
    [InlineData("responded_at = now()", "23514")]
    [InlineData("status = NULL", "23502")]
    [InlineData("request_data = '{}'", "42501")]
    [InlineData("node_id = 'x'", "42501")]
    [InlineData("user_id = '{other user}'", "42501")]
    [InlineData("workflow_id = '{other workflow}'", "42501")]
    [InlineData("execution_id = '{other execution}'", "42501")]
    [InlineData("interaction_type = 'input'", "42501")]
    public async Task Half_an_answer_and_another_question_are_refused(string change, string sqlState)
    {
        await using var service = await OpenAsync(ServiceRoles.HumanInTheLoop);

        Assert.Equal(sqlState, await service.RefusalAsync(_owner.In($"UPDATE human_interactions SET {change}", users.Other)));
    }

    [Theory]
    [InlineData("UPDATE human_interactions SET status = 'cancelled'")]
    [InlineData("DELETE FROM human_interactions")]
    [InlineData("INSERT INTO hil_responses (workflow_id, user_id, source_channel, raw_payload) VALUES ('{workflow}', '{user}', 'in_app', '{}')")]
    [InlineData("SELECT FROM hil_tokens")]
    [InlineData("SELECT FROM hil_message_templates")]
    [InlineData("SELECT FROM get_expired_hil_interactions()")]
    public async Task A_user_answers_through_the_service_only(string statement)
    {
        await using var user = await users.Database.OpenUserAsync(_owner.UserId);

        Assert.Equal("42501", await user.RefusalAsync(_owner.In(statement)));
    }

    [Fact]
    public async Task The_engine_answers_nothing_and_the_service_asks_nothing()
    {
        await using var engine = await OpenAsync(ServiceRoles.Engine);
        await using var service = await OpenAsync(ServiceRoles.HumanInTheLoop);

        Assert.Equal("42501", await engine.RefusalAsync(_owner.In(Answer)));
        Assert.Equal("42501", await service.RefusalAsync(_owner.In(Ask)));
        Assert.Equal("42501", await service.RefusalAsync("DELETE FROM human_interactions"));
    }

    [Fact]
    public async Task A_change_moves_updated_at()
    {
        await using var service = await OpenAsync(ServiceRoles.HumanInTheLoop);
        await service.ExecuteAsync(_owner.In("UPDATE human_interactions SET warning_sent_at = now() WHERE id = '{interaction}'"));

        Assert.True(await service.ScalarAsync<bool>("SELECT updated_at = now() AND created_at < now() FROM human_interactions WHERE id = $1", _owner.InteractionId));
    }

    [Fact]
    public async Task The_account_of_a_reviewer_can_be_deleted()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync(_owner.In("UPDATE human_interactions SET assigned_to = '{other user}', claimed_by = '{other user}' WHERE id = '{interaction}'", users.Other));

        await administrator.ExecuteAsync(users.Other.In("DELETE FROM auth.users WHERE id = '{user}'"));

        Assert.Equal(1, await administrator.ScalarAsync<long>("SELECT count(*) FROM human_interactions WHERE assigned_to IS NULL AND claimed_by IS NULL"));
    }

    private async Task<NpgsqlConnection> OpenAsync(string role)
    {
        var connection = await users.Database.OpenServiceAsync(role);
        await connection.ExecuteAsync("BEGIN");
        return connection;
    }
}
