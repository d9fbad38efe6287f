using System.Text.Json.Nodes;
using AiTeams.Scheduler.Deployments;
using AiTeams.Scheduler.Tests.Firing;
using AiTeams.Scheduler.Triggers;

namespace AiTeams.Scheduler.Tests.Deployments;

public sealed class RedeploymentTests(ClockWorld world) : IClassFixture<ClockWorld>
{
    private const string Yearly = "@yearly";

    [Theory]
    [InlineData(Yearly, "Europe/Kyiv", true)]
    [InlineData("@monthly", "Europe/Kyiv", false)]
    [InlineData(Yearly, "UTC", false)]
    public async Task A_time_that_has_just_come_is_not_lost_while_the_schedule_stays_the_same(string expression, string zone, bool isKept)
    {
        var workflow = await world.NewScheduleAsync(
            new JsonObject { ["cron_expression"] = Yearly, ["timezone"] = "Europe/Kyiv" }, "date_trunc('year', now() AT TIME ZONE 'Europe/Kyiv') AT TIME ZONE 'Europe/Kyiv'");
        await world.ExecuteAsync("UPDATE trigger_index SET index_key = $2 WHERE workflow_id = $1", workflow, Yearly);
        var user = await world.ReadAsync<Guid>("SELECT user_id FROM workflows WHERE id = $1", workflow);
        var node = new TriggerNode(workflow, "clock", "Clock", "CRON", new JsonObject { ["cron_expression"] = expression, ["timezone"] = zone }, 0);
        await using var connection = await world.Scheduler.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        await TriggerRows.ReplaceAsync(connection, workflow, user, 5, [new PlannedTrigger(node, new CronTrigger().Plan(node, DateTimeOffset.UtcNow))], CancellationToken.None);
        await transaction.CommitAsync();
        await world.RunAsync();

        Assert.Equal(isKept ? "started" : "", await world.StatusesAsync(workflow));
    }
}
