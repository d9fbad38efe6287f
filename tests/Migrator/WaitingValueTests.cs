namespace AiTeams.Migrator.Tests;

/// <summary>Every value that the specification lists is accepted, and nothing else.</summary>
public sealed class WaitingValueTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    private const string Triggers = "CRON MANUAL WEBHOOK EMAIL GITHUB SLACK";

    [Theory]
    [InlineData("trigger_index", "trigger_type", "TRIGGER", "")]
    [InlineData("trigger_index", "trigger_subtype", Triggers, ", index_key = CASE '{value}' WHEN 'MANUAL' THEN 'manual:start' ELSE '/start' END")]
    [InlineData("trigger_index", "deployment_status", "active inactive pending failed", "")]
    [InlineData("workflow_triggers", "trigger_type", Triggers, "")]
    [InlineData("workflow_deployment_history", "deployment_action", "DEPLOY UNDEPLOY UPDATE ROLLBACK DEPLOY_STARTED DEPLOY_COMPLETED DEPLOY_FAILED UNDEPLOY_STARTED UNDEPLOY_COMPLETED UNDEPLOY_FAILED", "")]
    [InlineData("human_interactions", "interaction_type", "approval input selection review", "")]
    [InlineData("human_interactions", "channel_type", "slack email webhook in_app", "")]
    [InlineData("human_interactions", "status", "pending responded timeout error cancelled", ", response_data = '{}', responded_at = CASE '{value}' WHEN 'responded' THEN now() END")]
    [InlineData("human_interactions", "priority", "low normal high critical", "")]
    [InlineData("human_interactions", "timeout_action", "fail continue default_response", "")]
    [InlineData("hil_responses", "source_channel", "slack email webhook in_app", "")]
    [InlineData("hil_responses", "status", "unprocessed matched filtered_out error", "")]
    [InlineData("workflow_execution_pauses", "pause_reason", "human_interaction timeout error manual wait delay", "")]
    [InlineData("workflow_execution_pauses", "status", "active resumed timeout cancelled", ", resumed_at = CASE '{value}' WHEN 'resumed' THEN now() END")]
    [InlineData("validation_logs", "validation_type", "workflow node connection integration", "")]
    public async Task A_column_takes_the_listed_values_and_no_other(string table, string column, string values, string together)
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");

        foreach (var value in values.Split(' '))
        {
            Assert.Equal(1, await administrator.ExecuteAsync(Update(value), users.Owner.UserId));
        }

        foreach (var wrong in new[] { "other", "", values.Split(' ')[0].ToLowerInvariant() + " ", Swapped(values.Split(' ')[0]) })
        {
            Assert.Equal("23514", await administrator.RefusalAsync(Update(wrong), users.Owner.UserId));
        }

        string Update(string value) =>
            $"UPDATE {table} SET {column} = '{value}'{together.Replace("{value}", value, StringComparison.Ordinal)} WHERE user_id = $1";
    }

    [Fact]
    public async Task Defaults_are_those_of_the_specification()
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        async Task<string?> Row(string table, string columns) =>
            await administrator.ScalarAsync<string>($"SELECT concat_ws(' ', {columns}) FROM {table} WHERE user_id = $1", users.Owner.UserId);

        Assert.Equal("{} active t", await Row("trigger_index", "trigger_config, deployment_status, is_active"));
        Assert.Equal("{} {} t", await Row("workflow_deployment_history", "deployment_config, deployment_logs, started_at <= now()"));
        Assert.Equal("pending normal fail", await Row("human_interactions", "status, priority, timeout_action"));
        Assert.Equal("active", await Row("workflow_execution_pauses", "status"));
        Assert.Equal("0 0", await Row("workflow_triggers", "trigger_count, error_count"));
    }

    private static string Swapped(string value) => char.IsUpper(value[0]) ? value.ToLowerInvariant() : value.ToUpperInvariant();
}
