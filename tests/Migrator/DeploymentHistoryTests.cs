using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class DeploymentHistoryTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    private readonly Waiting _owner = users.Owner;

    [Fact]
    public async Task A_deployment_is_completed_once()
    {
        await using var scheduler = await OpenAsync();
        var complete = _owner.In("UPDATE workflow_deployment_history SET completed_at = now(), to_status = 'DEPLOYED' WHERE user_id = '{user}'");

        Assert.Equal(1, await scheduler.ExecuteAsync(complete));
        Assert.Equal(0, await scheduler.ExecuteAsync(complete));
        Assert.Equal(0, await scheduler.ExecuteAsync("UPDATE workflow_deployment_history SET error_message = 'it was not me', completed_at = now() WHERE completed_at IS NOT NULL"));
    }

    [Theory]
    [InlineData("UPDATE workflow_deployment_history SET triggered_by = NULL, completed_at = now()")]
    [InlineData("UPDATE workflow_deployment_history SET deployment_version = 9, completed_at = now()")]
    [InlineData("UPDATE workflow_deployment_history SET deployment_config = '{}', completed_at = now()")]
    [InlineData("UPDATE workflow_deployment_history SET started_at = now(), completed_at = now()")]
    [InlineData("UPDATE workflow_deployment_history SET error_message = 'still going on'")]
    [InlineData("DELETE FROM workflow_deployment_history")]
    public async Task What_happened_is_not_rewritten(string statement)
    {
        await using var scheduler = await OpenAsync();

        Assert.Equal("42501", await scheduler.RefusalAsync(statement));
    }

    [Fact]
    public async Task It_cannot_be_hung_into_anothers_workflow()
    {
        await using var scheduler = await OpenAsync();

        Assert.Equal("23503", await scheduler.RefusalAsync(_owner.In("""
            INSERT INTO workflow_deployment_history (workflow_id, user_id, deployment_action, from_status, to_status, deployment_version)
            VALUES ('{other workflow}', '{user}', 'DEPLOY', 'UNDEPLOYED', 'DEPLOYED', 1)
            """, users.Other)));
    }

    [Fact]
    public async Task It_stays_when_the_colleague_who_deployed_is_gone()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync(_owner.In("UPDATE workflow_deployment_history SET triggered_by = '{other user}' WHERE user_id = '{user}'", users.Other));

        await administrator.ExecuteAsync(users.Other.In("DELETE FROM auth.users WHERE id = '{user}'"));

        Assert.Equal(1, await administrator.ScalarAsync<long>("SELECT count(*) FROM workflow_deployment_history WHERE triggered_by IS NULL"));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var scheduler = await users.Database.OpenServiceAsync(ServiceRoles.Scheduler);
        await scheduler.ExecuteAsync("BEGIN");
        return scheduler;
    }
}
