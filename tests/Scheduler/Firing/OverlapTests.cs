using System.Text.Json.Nodes;
using AiTeams.Scheduler.Firing;

namespace AiTeams.Scheduler.Tests.Firing;

/// <summary>What becomes of a run that is due while the one before still goes on.</summary>
public sealed class OverlapTests(ClockWorld world) : IClassFixture<ClockWorld>
{
    [Fact]
    public async Task Skip_leaves_out_what_is_due_while_the_one_before_runs()
    {
        var workflow = await ThreeDueAsync("skip");
        await DeliverAsync(workflow);
        await FirstRunsAsync(workflow, "RUNNING");

        await DeliverAsync(workflow);
        await DeliverAsync(workflow);

        Assert.Equal("started skipped skipped", await world.StatusesAsync(workflow));
    }

    [Theory]
    [InlineData("NEW")]
    [InlineData("PAUSED")]
    [InlineData("WAITING_FOR_HUMAN")]
    public async Task Whatever_has_not_ended_is_running(string status)
    {
        var workflow = await ThreeDueAsync("skip");
        await DeliverAsync(workflow);
        await FirstRunsAsync(workflow, status);

        await DeliverAsync(workflow);

        Assert.Equal("started skipped queued", await world.StatusesAsync(workflow));
    }

    [Theory]
    [InlineData("SUCCESS")]
    [InlineData("ERROR")]
    [InlineData("CANCELED")]
    [InlineData("TIMEOUT")]
    public async Task After_the_one_before_has_ended_the_next_starts(string status)
    {
        var workflow = await ThreeDueAsync("skip");
        await DeliverAsync(workflow);
        await FirstRunsAsync(workflow, status);

        await DeliverAsync(workflow);

        Assert.Equal("started started queued", await world.StatusesAsync(workflow));
    }

    [Fact]
    public async Task Queue_lets_them_wait_and_starts_one_after_the_other()
    {
        var workflow = await ThreeDueAsync("queue");
        var seen = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            await DeliverAsync(workflow);
            var started = (await world.FiringsAsync(workflow)).Last(firing => firing.Status == "started");
            await world.ExecutionAsync(workflow, started.ExecutionId!, "RUNNING");
            await DeliverAsync(workflow);
            await DeliverAsync(workflow);
            seen.Add(await world.StatusesAsync(workflow));
            await world.ExecutionAsync(workflow, started.ExecutionId!, "SUCCESS");
        }

        Assert.Equal(["started queued queued", "started started queued", "started started started"], seen);
    }

    [Fact]
    public async Task Allow_starts_all_of_them()
    {
        var workflow = await ThreeDueAsync("allow");

        await DeliverAsync(workflow);

        Assert.Equal("started started started", await world.StatusesAsync(workflow));
    }

    [Theory]
    [InlineData("skip")]
    [InlineData("queue")]
    public async Task Two_of_one_trigger_in_one_batch_are_not_started_together(string policy)
    {
        var workflow = await ThreeDueAsync(policy);
        var schedulers = Enumerable.Range(0, 4).Select(_ => world.NewScheduler()).ToList();

        var claimed = await Task.WhenAll(schedulers.Select(scheduler => scheduler.Queue.ClaimAsync(100, CancellationToken.None)));

        Assert.Single(claimed.SelectMany(batch => batch), firing => firing.WorkflowId == workflow);
    }

    [Fact]
    public async Task One_that_waits_for_an_engine_holds_up_those_behind_it()
    {
        var workflow = await ThreeDueAsync("skip");
        var (_, _, queue) = world.NewScheduler();
        var first = (await queue.ClaimAsync(100, CancellationToken.None)).Single(firing => firing.WorkflowId == workflow);
        await queue.DecideAsync([new FiringResult(first.Id, "queued", null, "away", TimeSpan.FromHours(1))], CancellationToken.None);

        await world.ExecuteAsync("UPDATE trigger_firings SET next_attempt_at = now() WHERE workflow_id = $1 AND attempts = 0", workflow);
        var next = await queue.ClaimAsync(100, CancellationToken.None);

        Assert.DoesNotContain(next, firing => firing.WorkflowId == workflow);
        Assert.Equal("queued queued queued", await world.StatusesAsync(workflow));
    }

    [Fact]
    public async Task The_next_is_brought_forward_when_one_is_decided()
    {
        var workflow = await ThreeDueAsync("queue");
        var (_, _, queue) = world.NewScheduler();
        var first = (await queue.ClaimAsync(100, CancellationToken.None)).Single(firing => firing.WorkflowId == workflow);
        var put = await world.ReadAsync<long>("SELECT count(*) FROM trigger_firings WHERE workflow_id = $1 AND next_attempt_at > now() AND attempts = 0", workflow);

        await queue.DecideAsync([new FiringResult(first.Id, "failed", null, "refused", TimeSpan.Zero)], CancellationToken.None);

        Assert.Equal(2, put);
        Assert.Equal(1, await world.ReadAsync<long>("SELECT count(*) FROM trigger_firings WHERE workflow_id = $1 AND status = 'queued' AND next_attempt_at <= now()", workflow));
        Assert.Contains(await queue.ClaimAsync(100, CancellationToken.None), firing => firing.WorkflowId == workflow);
    }

    /// <summary>Fired for the last three hours, nothing handed over yet.</summary>
    private async Task<Guid> ThreeDueAsync(string policy)
    {
        var workflow = await world.NewScheduleAsync(
            new JsonObject { ["cron_expression"] = "0 * * * *", ["overlap_policy"] = policy }, "date_trunc('hour', now()) - interval '2 hours'");
        await world.NewScheduler().Fire.RunOnceAsync(CancellationToken.None);
        Assert.Equal("queued queued queued", await world.StatusesAsync(workflow));
        return workflow;
    }

    private async Task FirstRunsAsync(Guid workflow, string status) =>
        await world.ExecutionAsync(workflow, (await world.FiringsAsync(workflow))[0].ExecutionId!, status);

    /// <summary>Hands one batch over. What is to look again in a second looks now; what is being handed over keeps its lease.</summary>
    private async Task DeliverAsync(Guid workflow)
    {
        await world.ExecuteAsync("UPDATE trigger_firings SET next_attempt_at = now() WHERE workflow_id = $1 AND status = 'queued' AND attempts = 0", workflow);
        await world.NewScheduler().Deliver.RunOnceAsync(CancellationToken.None);
    }
}
