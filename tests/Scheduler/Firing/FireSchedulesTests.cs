using System.Text.Json.Nodes;
using AiTeams.Scheduler.Firing;
using Grpc.Core;

namespace AiTeams.Scheduler.Tests.Firing;

public sealed class FireSchedulesTests(ClockWorld world) : IClassFixture<ClockWorld>
{
    private static readonly JsonObject Yearly = new() { ["cron_expression"] = "@yearly", ["timezone"] = "Europe/Kyiv" };

    // The last time the clock struck for @yearly in Kyiv: midnight there.
    private const string ThisYear = "date_trunc('year', now() AT TIME ZONE 'Europe/Kyiv') AT TIME ZONE 'Europe/Kyiv'";

    [Fact]
    public async Task A_due_schedule_fires_once_however_many_schedulers_there_are()
    {
        var workflow = await world.NewScheduleAsync(Yearly, ThisYear);
        var schedulers = Enumerable.Range(0, 5).Select(_ => world.NewScheduler()).ToList();

        await Task.WhenAll(schedulers.Select(scheduler => scheduler.Fire.RunOnceAsync(CancellationToken.None)));
        await Task.WhenAll(schedulers.Select(scheduler => scheduler.Deliver.RunOnceAsync(CancellationToken.None)));

        var firing = Assert.Single(await world.FiringsAsync(workflow));
        Assert.Equal("started", firing.Status);
        var (request, times) = world.Engine.Started[firing.Key];
        Assert.Equal(1, times);
        Assert.Equal((workflow.ToString(), "clock", 4), (request.WorkflowId, request.TriggerNodeId, request.Version));
        var data = JsonNode.Parse(request.Data.ToStringUtf8())!.AsObject();
        Assert.Equal(["scheduled_time", "timezone", "trigger_message"], data.Select(field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("Europe/Kyiv", firing.DueAt), ((string)data["timezone"]!, DateTimeOffset.Parse((string)data["scheduled_time"]!, null)));
        Assert.Equal(Delivery.KeyOf(workflow, "clock", $"cron:{(string)data["scheduled_time"]!}"), firing.Key);
        Assert.True(await world.ReadAsync<bool>(
            $"SELECT next_fire_at = ({ThisYear} AT TIME ZONE 'Europe/Kyiv' + interval '1 year') AT TIME ZONE 'Europe/Kyiv' AND last_fired_at > now() - interval '1 minute' FROM trigger_index WHERE workflow_id = $1",
            workflow));
    }

    [Fact]
    public async Task After_a_standstill_the_latest_runs_are_made_up_for_oldest_first_and_the_others_are_counted()
    {
        var hourly = new JsonObject { ["cron_expression"] = "0 * * * *", ["max_missed_runs"] = 2, ["overlap_policy"] = "allow" };
        var workflow = await world.NewScheduleAsync(hourly, "date_trunc('hour', now()) - interval '7 hours'");
        var thisHour = await world.ReadAsync<DateTime>("SELECT date_trunc('hour', now())");

        await world.RunAsync();

        var firings = await world.FiringsAsync(workflow);
        Assert.Equal([thisHour.AddHours(-1), thisHour], firings.Select(firing => firing.DueAt.UtcDateTime));
        Assert.All(firings, firing => Assert.Equal("started", firing.Status));
        Assert.Equal(6L, await world.ReadAsync<long>("SELECT missed_count FROM workflow_triggers WHERE workflow_id = $1", workflow));
        Assert.Equal(thisHour.AddHours(-2), await world.ReadAsync<DateTime>("SELECT last_missed_at FROM workflow_triggers WHERE workflow_id = $1", workflow));
        Assert.Equal(thisHour.AddHours(1), await world.ReadAsync<DateTime>("SELECT next_fire_at FROM trigger_index WHERE workflow_id = $1", workflow));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_any_more_does_not_stop_the_others()
    {
        var zone = await world.NewScheduleAsync(new JsonObject { ["cron_expression"] = "* * * * *", ["timezone"] = "Europe/Atlantis" }, "now() - interval '3 minutes'");
        var twice = await world.NewScheduleAsync([], "now() - interval '2 minutes'", """{"cron_expression": "* * * * *", "cron_expression": "* * * * *"}""");
        var list = await world.NewScheduleAsync([], "now() - interval '2 minutes'", """{"cron_expression": ["*"], "max_missed_runs": "many", "overlap_policy": {}}""");
        var good = await world.NewScheduleAsync(Yearly, ThisYear);

        await world.RunAsync();

        Assert.Equal("started", await world.StatusesAsync(good));
        foreach (var broken in new[] { zone, twice, list })
        {
            Assert.Empty(await world.FiringsAsync(broken));
            Assert.True(await world.ReadAsync<bool>("SELECT deployment_status = 'failed' AND next_fire_at IS NULL FROM trigger_index WHERE workflow_id = $1", broken));
            Assert.True(await world.ReadAsync<bool>("SELECT error_count = 1 AND last_error <> '' AND last_error_at IS NOT NULL FROM workflow_triggers WHERE workflow_id = $1", broken));
        }

        Assert.Contains("Atlantis", await world.ReadAsync<string>("SELECT last_error FROM workflow_triggers WHERE workflow_id = $1", zone), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_paused_undeployed_or_not_due_is_left_alone()
    {
        var paused = await world.NewScheduleAsync(Yearly, ThisYear);
        await world.ExecuteAsync("UPDATE trigger_index SET is_active = false WHERE workflow_id = $1", paused);
        var undeployed = await world.NewScheduleAsync(Yearly, ThisYear);
        await world.ExecuteAsync("DELETE FROM trigger_index WHERE workflow_id = $1", undeployed);
        var later = await world.NewScheduleAsync(Yearly, "now() + interval '1 hour'");

        await world.RunAsync();

        Assert.Equal(["", "", ""], new[] { await world.StatusesAsync(paused), await world.StatusesAsync(undeployed), await world.StatusesAsync(later) });
    }

    [Fact]
    public async Task A_time_that_was_fired_before_is_not_fired_again()
    {
        var workflow = await world.NewScheduleAsync(Yearly, ThisYear);
        await world.RunAsync();
        await world.ExecuteAsync($"UPDATE trigger_index SET next_fire_at = {ThisYear} WHERE workflow_id = $1", workflow);        // as after a restore, or a late redeployment

        await world.RunAsync();

        Assert.Equal(1, world.Engine.Started[Assert.Single(await world.FiringsAsync(workflow)).Key].Times);
    }

    [Fact]
    public async Task A_workflow_can_be_deleted_while_it_is_being_fired()
    {
        var workflow = await world.NewScheduleAsync(Yearly, ThisYear);
        await using var connection = await world.Admin.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var delete = connection.CreateCommand();
        delete.CommandText = $"SELECT 1 FROM workflows WHERE id = '{workflow}' FOR UPDATE";            // what a deletion does first
        await delete.ExecuteScalarAsync();

        await world.RunAsync();                                                                        // would wait for the deletion, and the deletion for it
        delete.CommandText = $"DELETE FROM workflows WHERE id = '{workflow}'";
        await delete.ExecuteNonQueryAsync();
        await transaction.CommitAsync();

        Assert.Empty(await world.FiringsAsync(workflow));
    }

    [Fact]
    public async Task While_the_engine_is_away_firings_wait_and_are_started_when_it_is_back()
    {
        var hourly = new JsonObject { ["cron_expression"] = "0 * * * *", ["overlap_policy"] = "allow" };
        var workflow = await world.NewScheduleAsync(hourly, "date_trunc('hour', now()) - interval '2 hours'");
        world.Engine.Refuse = request => request.WorkflowId == workflow.ToString() ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;

        await world.RunAsync();
        var away = await world.StatusesAsync(workflow);
        world.Engine.Refuse = null;
        await world.LetWaitingLookAgainAsync(workflow);
        await world.RunAsync();

        Assert.Equal("queued queued queued", away);
        var firings = await world.FiringsAsync(workflow);
        Assert.All(firings, firing => Assert.Equal(("started", 1), (firing.Status, world.Engine.Started[firing.Key].Times)));
    }

    [Fact]
    public async Task What_a_scheduler_that_died_had_claimed_is_started_once_when_its_lease_is_over()
    {
        var workflow = await world.NewScheduleAsync(Yearly, ThisYear);
        var (fire, _, queue) = world.NewScheduler();
        await fire.RunOnceAsync(CancellationToken.None);
        Assert.Contains(await queue.ClaimAsync(100, CancellationToken.None), firing => firing.WorkflowId == workflow);      // and dies

        await world.RunAsync();
        var meanwhile = await world.StatusesAsync(workflow);
        await world.LetWaitingLookAgainAsync(workflow);
        await world.RunAsync();

        Assert.Equal("queued", meanwhile);
        var firing = Assert.Single(await world.FiringsAsync(workflow));
        Assert.Equal(("started", 2, 1), (firing.Status, firing.Attempts, world.Engine.Started[firing.Key].Times));
    }

    [Fact]
    public async Task A_schedule_without_another_time_stays_deployed_and_is_due_no_more()
    {
        var workflow = await world.NewScheduleAsync(new JsonObject { ["cron_expression"] = "0 0 29 2 *" }, "'2024-02-29 00:00Z'");

        await world.RunAsync();

        Assert.Equal(new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc), Assert.Single(await world.FiringsAsync(workflow)).DueAt.UtcDateTime);
        Assert.True(await world.ReadAsync<bool>("SELECT next_fire_at = '2028-02-29 00:00Z' FROM trigger_index WHERE workflow_id = $1", workflow));
    }
}
