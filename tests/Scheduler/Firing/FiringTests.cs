using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static AiTeams.Scheduler.Tests.SchedulerApi;

namespace AiTeams.Scheduler.Tests.Firing;

[Collection(SchedulerApi.Name)]
public sealed class FiringTests(SchedulerApi api)
{
    [Fact]
    public async Task A_delivery_starts_the_deployed_version_once_however_often_it_comes()
    {
        var delivery = await DeliveryAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Fire.HandleAsync(delivery, CancellationToken.None)));

        var (request, times) = api.Engine.Started[delivery.Key];
        Assert.Equal(10, times);
        Assert.Single(outcomes.Select(outcome => outcome.ExecutionId).Distinct());
        Assert.Single(outcomes, outcome => !outcome.IsReplay);
        Assert.Equal((7, "start", ExecutionMode.Trigger), (request.Version, request.TriggerNodeId, request.Mode));
        Assert.Equal("""{"n":1}""", request.Data.ToStringUtf8());
    }

    [Fact]
    public void No_two_triggers_share_a_key()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());

        string[] keys = [Delivery.KeyOf(one, "a", "1"), Delivery.KeyOf(other, "a", "1"), Delivery.KeyOf(one, "b", "1"), Delivery.KeyOf(one, "a", "2"), Delivery.KeyOf(one, "a\n1", "")];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.InRange(key.Length, 1, 255));
    }

    [Fact]
    public async Task While_no_engine_answers_deliveries_wait_and_are_started_once_afterwards()
    {
        var deliveries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => DeliveryAsync()));
        var keys = deliveries.Select(delivery => delivery.Key).ToHashSet();
        api.Engine.Refuse = request => keys.Contains(request.IdempotencyKey) ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;

        var outcomes = await Task.WhenAll(deliveries.Concat(deliveries).Select(delivery => Fire.HandleAsync(delivery, CancellationToken.None)));

        Assert.All(outcomes, outcome => Assert.True(outcome.IsQueued));
        Assert.DoesNotContain(api.Engine.Started.Keys, keys.Contains);
        api.Engine.Refuse = null;
        await Eventually.AssertAsync(async () => await StatusesAsync(deliveries) == "started", TimeSpan.FromSeconds(30), "all are started");
        Assert.All(deliveries, delivery => Assert.Equal(1, api.Engine.Started[delivery.Key].Times));
    }

    [Fact]
    public async Task A_lost_answer_does_not_start_it_again()
    {
        var delivery = await DeliveryAsync();
        api.Engine.LoseNextAnswer();

        var outcome = await Fire.HandleAsync(delivery, CancellationToken.None);

        Assert.True(outcome.IsQueued);
        await Eventually.AssertAsync(async () => await StatusesAsync([delivery]) == "started", TimeSpan.FromSeconds(30), "it is started");
        Assert.Equal(2, api.Engine.Started[delivery.Key].Times);       // the second time the key finds what the first one started
    }

    [Fact]
    public async Task What_the_engine_refuses_for_good_is_not_tried_for_ever()
    {
        var (direct, queued) = (await DeliveryAsync(), await DeliveryAsync());
        api.Engine.Refuse = request => request.IdempotencyKey == direct.Key || request.IdempotencyKey == queued.Key
            ? new RpcException(new Status(StatusCode.NotFound, "no such workflow")) : null;

        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Fire.HandleAsync(direct, CancellationToken.None));
        await api.Host.Services.GetRequiredService<FiringQueue>().AddAsync(queued, CancellationToken.None);

        Assert.Equal((int)HttpStatusCode.NotFound, refusal.Status);
        await Eventually.AssertAsync(async () => await StatusesAsync([queued]) == "failed", TimeSpan.FromSeconds(30), "the queued one is given up");
        api.Engine.Refuse = null;
    }

    [Fact]
    public async Task What_a_dead_scheduler_had_claimed_is_handed_over_by_another_and_its_late_word_changes_nothing()
    {
        var queue = api.Host.Services.GetRequiredService<FiringQueue>();
        var delivery = await DeliveryAsync();
        api.Engine.Refuse = request => request.IdempotencyKey == delivery.Key ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;
        await queue.AddAsync(delivery, CancellationToken.None);
        await api.ExecuteAsync("UPDATE trigger_firings SET attempts = attempts + 1, next_attempt_at = now() + interval '1 hour' WHERE delivery_key = $1", delivery.Key);
        api.Engine.Refuse = null;
        Assert.Equal("queued", await StatusesAsync([delivery]));

        await api.ExecuteAsync("UPDATE trigger_firings SET next_attempt_at = now() WHERE delivery_key = $1", delivery.Key);      // the lease runs out
        await Eventually.AssertAsync(async () => await StatusesAsync([delivery]) == "started", TimeSpan.FromSeconds(30), "another one hands it over");
        var id = (Guid)(await api.RowsAsync("SELECT id FROM trigger_firings WHERE delivery_key = $1", delivery.Key))[0]!["id"]!;
        await queue.DecideAsync([new FiringResult(id, "failed", null, "late", TimeSpan.Zero)], CancellationToken.None);

        Assert.Equal("started", await StatusesAsync([delivery]));
    }

    [Fact]
    public async Task How_often_a_trigger_fired_and_what_went_wrong_last_is_counted()
    {
        var first = await DeliveryAsync();
        var second = new Delivery(first.Trigger, "second", []);
        var bad = new Delivery(first.Trigger, "bad", []);
        api.Engine.Refuse = request => request.IdempotencyKey == bad.Key ? new RpcException(new Status(StatusCode.FailedPrecondition, "no such trigger")) : null;

        await Fire.HandleAsync(first, CancellationToken.None);
        await Fire.HandleAsync(first, CancellationToken.None);
        await Fire.HandleAsync(second, CancellationToken.None);
        await Assert.ThrowsAsync<ProblemException>(() => Fire.HandleAsync(bad, CancellationToken.None));

        await Eventually.AssertAsync(
            async () => (await api.RowsAsync(
                "SELECT trigger_count AS n, error_count AS e, last_error FROM workflow_triggers WHERE workflow_id = $1", first.Trigger.WorkflowId))[0]!.ToJsonString()
                == """{"e":1,"n":2,"last_error":"no such trigger"}""",
            TimeSpan.FromSeconds(20), "two firings and one error are counted");
        api.Engine.Refuse = null;
    }

    private FireTrigger Fire => api.Host.Services.GetRequiredService<FireTrigger>();

    private async Task<Delivery> DeliveryAsync()
    {
        var user = await api.NewUserAsync();
        var workflow = await api.NewWorkflowAsync(user, [Trigger("start", "MANUAL")]);
        await api.PostAsync(user, $"/api/v1/app/workflows/{workflow}/deploy");
        return new Delivery(new DeployedTrigger(workflow, user, "start", 7, "MANUAL", "manual:start", []), Guid.NewGuid().ToString(), new JsonObject { ["n"] = 1 });
    }

    private async Task<string> StatusesAsync(IReadOnlyCollection<Delivery> deliveries) => string.Join(
        " ", (await api.RowsAsync("SELECT DISTINCT status FROM trigger_firings WHERE delivery_key = ANY ($1)", (object)deliveries.Select(delivery => delivery.Key).ToArray()))
            .Select(row => (string)row!["status"]!));
}
