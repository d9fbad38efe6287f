using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class EngineTableTests(TwoUsers users) : IClassFixture<TwoUsers>
{
    private readonly TestDatabase _database = users.Database;
    private readonly (Guid UserId, Guid WorkflowId) _owner = users.Owner;

    [Fact]
    public async Task A_deleted_workflow_takes_everything_below_it()
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);
        await user.ExecuteAsync("DELETE FROM workflows");
        await user.ExecuteAsync("RESET ROLE");                                  // the engine sees every user's rows

        foreach (var table in Tables.Readable.Except(["sessions", "idempotency_keys"]))
        {
            Assert.Equal(0, await user.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id = $1", _owner.UserId));
            Assert.NotEqual(0, await user.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id = $1", users.Other.UserId));
        }

        Assert.Equal(1, await user.CountAsync("execution_timers"));
    }

    [Fact]
    public async Task A_deleted_account_takes_everything_with_it()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync("UPDATE workflows SET session_id = (SELECT id FROM sessions WHERE user_id = $1), deployed_by = $1 WHERE user_id = $1", _owner.UserId);
        await administrator.ExecuteAsync("DELETE FROM auth.users WHERE id = $1", _owner.UserId);

        foreach (var table in Tables.Readable)
        {
            Assert.Equal(0, await administrator.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id = $1", _owner.UserId));
        }
    }

    [Fact]
    public async Task An_edit_moves_the_row_version_and_a_run_does_not()
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);
        const string Versions = "SELECT row_version || ' ' || updated_at FROM workflows WHERE id = $1";
        await user.ExecuteAsync("RESET ROLE");
        var before = await user.ScalarAsync<string>(Versions, _owner.WorkflowId);

        await user.ExecuteAsync("UPDATE workflows SET latest_execution_status = 'SUCCESS', deployment_status = 'DEPLOYED' WHERE id = $1", _owner.WorkflowId);
        Assert.Equal(before, await user.ScalarAsync<string>(Versions, _owner.WorkflowId));

        await user.ExecuteAsync("UPDATE workflows SET name = 'two', updated_at = 0 WHERE id = $1", _owner.WorkflowId);
        var after = await user.ScalarAsync<string>(Versions, _owner.WorkflowId);
        Assert.StartsWith("2 ", after, StringComparison.Ordinal);
        Assert.DoesNotContain("2 0", after!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_can_be_deleted_and_its_workflow_stays()
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);
        await user.ExecuteAsync("UPDATE workflows SET session_id = (SELECT id FROM sessions)");
        await user.ExecuteAsync("DELETE FROM sessions");

        Assert.Equal(1, await user.ScalarAsync<long>("SELECT count(*) FROM workflows WHERE session_id IS NULL AND user_id = $1", _owner.UserId));
    }

    [Theory]
    [InlineData("INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, idempotency_key) SELECT n::text, $1, $2, 1, 'key' FROM generate_series(1, 2) n", "23505")]
    [InlineData("INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version) SELECT 'same', $1, $2, 1 FROM generate_series(1, 2)", "23505")]
    [InlineData("INSERT INTO node_executions (execution_id, user_id, node_id, node_type) SELECT 'run of ' || $1::text, $2, 'a', 'ACTION'", "23505")]
    [InlineData("INSERT INTO nodes (workflow_id, user_id, node_id, node_type, node_subtype, name) VALUES ($1, $2, 'a', 'FLOW', 'IF', 'a')", "23505")]
    [InlineData("UPDATE workflow_executions SET status = 'CANCELLED' WHERE workflow_id = $1 AND user_id = $2", "23514")]
    [InlineData("UPDATE workflow_executions SET mode = 'CRON' WHERE workflow_id = $1 AND user_id = $2", "23514")]
    [InlineData("UPDATE nodes SET node_type = 'OTHER' WHERE workflow_id = $1 AND user_id = $2", "23514")]
    [InlineData("UPDATE nodes SET error_handling = 'IGNORE' WHERE workflow_id = $1 AND user_id = $2", "23514")]
    [InlineData("UPDATE node_connections SET target_node_id = source_node_id WHERE workflow_id = $1 AND user_id = $2", "23514")]
    [InlineData("UPDATE node_connections SET target_node_id = 'nowhere' WHERE workflow_id = $1 AND user_id = $2", "23503")]
    [InlineData("UPDATE node_connections SET connection_type = 'OTHER' WHERE workflow_id = $1 AND user_id = $2", "23514")]
    [InlineData("UPDATE workflows SET name = '' WHERE id = $1 AND user_id = $2", "23514")]
    [InlineData("UPDATE workflows SET workflow_data = NULL WHERE id = $1 AND user_id = $2", "23502")]
    [InlineData("INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message) SELECT $1::text, $2, 1, 'other', 'x'", "23514")]
    public async Task What_the_specification_forbids_is_refused(string statement, string sqlState)
    {
        await using var engine = await _database.OpenServiceAsync(ServiceRoles.Engine);
        await engine.ExecuteAsync("BEGIN");

        Assert.Equal(sqlState, await engine.RefusalAsync(statement, _owner.WorkflowId, _owner.UserId));
    }

    [Fact]
    public async Task Times_and_defaults_are_filled_in()
    {
        await using var administrator = await _database.OpenAdministratorAsync();

        Assert.Equal("1.0.0 t IDLE IDLE 1 t", await administrator.ScalarAsync<string>("""
            SELECT concat_ws(' ', version, active, deployment_status, latest_execution_status, deployment_version,
              created_at BETWEEN extract(epoch FROM now() - interval '1 hour') * 1000 AND extract(epoch FROM now()) * 1000)
            FROM workflows WHERE id = $1
            """, _owner.WorkflowId));
    }

    [Fact]
    public async Task An_address_has_one_account_however_it_is_spelt()
    {
        await using var gateway = await _database.OpenServiceAsync(ServiceRoles.Gateway);
        await gateway.ExecuteAsync("BEGIN; INSERT INTO auth.users (email, encrypted_password) VALUES ('Me@Example.org', 'x')");

        Assert.Equal("23505", await gateway.RefusalAsync("INSERT INTO auth.users (email, encrypted_password) VALUES ('me@example.ORG', 'x')"));
    }
}
