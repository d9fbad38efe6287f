using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class PauseTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    private const string Pause = """
        INSERT INTO workflow_execution_pauses (execution_id, user_id, paused_at, paused_node_id, iteration, pause_reason, resume_conditions)
        VALUES ('{execution}', '{user}', now(), 'ask', 0, 'wait', '{}')
        """;

    private const string Resume = """
        UPDATE workflow_execution_pauses SET status = 'resumed', resumed_at = now(), resume_trigger = 'human_response'
        WHERE execution_id = '{execution}' AND paused_node_id = 'ask' AND iteration = 0
        """;

    private readonly Waiting _owner = users.Owner;

    [Fact]
    public async Task A_node_run_waits_for_one_thing_at_a_time()
    {
        await using var engine = await OpenAsync();

        Assert.Equal("23505", await engine.RefusalAsync(_owner.In(Pause)));
        await engine.ExecuteAsync(_owner.In(Pause.Replace("'ask', 0", "'ask', 1", StringComparison.Ordinal)));          // another element of a loop
        await engine.ExecuteAsync(_owner.In(Pause.Replace("'ask', 0", "'ask too', 0", StringComparison.Ordinal)));

        await engine.ExecuteAsync(_owner.In(Resume));
        await engine.ExecuteAsync(_owner.In(Pause));                                                                      // again, after it went on
    }

    [Fact]
    public async Task A_pause_ends_once()
    {
        await using var engine = await OpenAsync();

        Assert.Equal(1, await engine.ExecuteAsync(_owner.In(Resume)));
        Assert.Equal(0, await engine.ExecuteAsync(_owner.In(Resume)));
        Assert.Equal(0, await engine.ExecuteAsync(_owner.In("UPDATE workflow_execution_pauses SET status = 'cancelled' WHERE execution_id = '{execution}'")));
    }

    [Theory]
    [InlineData("UPDATE workflow_execution_pauses SET status = 'resumed'", "23514")]
    [InlineData("UPDATE workflow_execution_pauses SET resumed_at = now()", "23514")]
    [InlineData("UPDATE workflow_execution_pauses SET paused_node_id = 'another'", "42501")]
    [InlineData("UPDATE workflow_execution_pauses SET user_id = '{other user}'", "42501")]
    [InlineData("DELETE FROM workflow_execution_pauses", "42501")]
    [InlineData("INSERT INTO workflow_execution_pauses (execution_id, user_id, paused_at, paused_node_id, pause_reason, resume_conditions) VALUES ('{other execution}', '{user}', now(), 'x', 'wait', '{}')", "42501")]
    [InlineData("INSERT INTO workflow_execution_pauses (execution_id, user_id, paused_at, paused_node_id, pause_reason, resume_conditions) VALUES (gen_random_uuid(), '{user}', now(), 'x', 'wait', '{}')", "42501")]
    public async Task What_makes_no_sense_is_refused(string statement, string sqlState)
    {
        await using var engine = await OpenAsync();

        Assert.Equal(sqlState, await engine.RefusalAsync(_owner.In(statement, users.Other)));
    }

    [Fact]
    public async Task A_pause_without_an_execution_is_refused_to_everybody()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");

        Assert.Equal("23503", await administrator.RefusalAsync(_owner.In(Pause.Replace("{execution}", $"{Guid.NewGuid()}", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("('{other workflow}', '{user}', 'workflow', true, '[]')", "23503")]
    [InlineData("(NULL, gen_random_uuid(), 'workflow', true, '[]')", "23503")]
    [InlineData("('{workflow}', '{user}', 'workflow', true, '[{\"code\": \"cycle\"}]')", "23514")]
    [InlineData("('{workflow}', '{user}', 'workflow', false, '{}')", "23514")]
    public async Task A_validation_log_that_makes_no_sense_is_refused(string row, string sqlState)
    {
        await using var engine = await OpenAsync();

        Assert.Equal(sqlState, await engine.RefusalAsync(
            _owner.In($"INSERT INTO validation_logs (workflow_id, user_id, validation_type, is_valid, errors) VALUES {row}", users.Other)));
    }

    [Fact]
    public async Task A_document_that_was_never_saved_is_logged_for_its_owner()
    {
        await using var engine = await OpenAsync();

        await engine.ExecuteAsync(_owner.In("""
            INSERT INTO validation_logs (user_id, validation_type, is_valid, errors) VALUES ('{user}', 'node', false, '[{"code": "unknown"}]')
            """));
        await engine.BecomeUserAsync(_owner.UserId);

        Assert.Equal(2, await engine.CountAsync("validation_logs"));
        Assert.Equal("42501", await engine.RefusalAsync("DELETE FROM validation_logs"));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var engine = await users.Database.OpenServiceAsync(ServiceRoles.Engine);
        await engine.ExecuteAsync("BEGIN");
        return engine;
    }
}
