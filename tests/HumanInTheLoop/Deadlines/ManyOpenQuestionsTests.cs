using System.Text.Json;
using AiTeams.HumanInTheLoop.Deadlines;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace AiTeams.HumanInTheLoop.Tests.Deadlines;

/// <summary>A hundred thousand questions that wait cost the service nothing: what looks for due ones reads those and no others.</summary>
[Collection(HilApi.Name)]
public sealed class ManyOpenQuestionsTests(HilApi api, ITestOutputHelper output)
{
    private const int Open = 100_000;
    private const int Due = 3;

    [Fact]
    public async Task They_cost_no_memory_and_the_sweep_touches_only_those_whose_time_is_up()
    {
        var user = await api.NewUserAsync();
        var asked = await api.AskAsync(user, seconds: 86_400);
        await api.ExecuteAsync(
            """
            INSERT INTO human_interactions (workflow_id, user_id, execution_id, node_id, iteration, interaction_type, channel_type, request_data, timeout_at, remind_at, dispatched_at)
            SELECT workflow_id, user_id, execution_id, node_id, n, interaction_type, channel_type, request_data, timeout_at, timeout_at - interval '15 minutes', clock_timestamp()
            FROM human_interactions CROSS JOIN generate_series(1, $2) n WHERE id = $1
            """,
            asked.Id, Open);
        await api.ExecuteAsync("VACUUM ANALYZE human_interactions");
        var sweep = api.Host.Services.GetRequiredService<ExpireInteractions>();
        var remind = api.Host.Services.GetRequiredService<RemindPeople>();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var round = 0; round < 5; round++)
        {
            Assert.Equal((0, 0), (await sweep.RunOnceAsync(default), await remind.RunOnceAsync(default)));
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{Open} open questions: the process grew by {grown / 1024} KiB over five sweeps");
        // Everything else in this process goes on meanwhile; the questions themselves would be more than a hundred megabytes.
        Assert.InRange(grown, long.MinValue, 20 * 1024 * 1024);

        await api.ExecuteAsync("UPDATE human_interactions SET timeout_at = clock_timestamp() WHERE workflow_id = $1 AND iteration BETWEEN 1 AND $2", asked.WorkflowId, Due);
        var plan = JsonDocument.Parse((await api.ScalarAsync<string>(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM human_interactions WHERE status = 'pending' AND timeout_at <= clock_timestamp() ORDER BY timeout_at LIMIT 100 FOR UPDATE SKIP LOCKED"))!);
        var nodes = Nodes(plan.RootElement[0].GetProperty("Plan")).ToList();
        Assert.Contains(nodes, node => node.TryGetProperty("Index Name", out var index) && index.GetString() == "idx_human_interactions_pending_timeout");
        Assert.All(nodes, node => Assert.InRange(node.GetProperty("Actual Rows").GetDouble(), 0, Due + 100));
        await Testing.Eventually.AssertAsync(
            async () => await api.ScalarAsync<long>("SELECT count(*) FROM human_interactions WHERE workflow_id = $1 AND status = 'timeout'", asked.WorkflowId) == Due,
            TimeSpan.FromSeconds(20), "the due ones are ended");
        Assert.Equal((long)Open + 1 - Due, await api.ScalarAsync<long>("SELECT count(*) FROM human_interactions WHERE workflow_id = $1 AND status = 'pending'", asked.WorkflowId));
        await api.ExecuteAsync("DELETE FROM workflows WHERE id = $1", asked.WorkflowId);
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement plan) =>
        plan.TryGetProperty("Plans", out var parts) ? parts.EnumerateArray().SelectMany(Nodes).Prepend(plan) : [plan];
}
