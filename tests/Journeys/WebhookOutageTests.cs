extern alias WorkflowEngine;

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Xunit.Abstractions;

namespace AiTeams.Journeys.Tests;

/// <summary>What a webhook's caller was told was taken is run, whatever becomes of the engines.</summary>
public sealed class WebhookOutageTests(TestEnvironment environment, ITestOutputHelper output) : IClassFixture<TestEnvironment>
{
    private const string Outage = "WEBHOOK_OUTAGE_SECONDS";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>No engine for a while (seconds by default, WEBHOOK_OUTAGE_SECONDS=60 for a minute), killed in the middle of calls that it has taken.</summary>
    [Fact]
    public async Task Without_an_engine_webhooks_get_202_and_each_runs_once_when_it_is_back()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable(Outage) ?? "3", CultureInfo.InvariantCulture);
        var engine = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var (person, outside) = await environment.StartWebhooksAsync();
        var path = await Webhooks.DeployAsync(person, new JsonObject());
        var statuses = new ConcurrentBag<(HttpStatusCode Status, bool IsQueued)>();
        var sent = 0;
        using var enough = new CancellationTokenSource();

        var callers = Enumerable.Range(0, 4).Select(_ => CallAsync()).ToList();
        await Eventually.AssertAsync(() => statuses.Count > 50, Patience, "calls are under way");
        await engine.KillAsync();
        var queued = statuses.Count;
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        await engine.StartAsync();
        await Eventually.AssertAsync(() => statuses.Count > queued + 50 && statuses.TryPeek(out var last) && !last.IsQueued, Patience, "an engine takes calls again");
        await enough.CancelAsync();
        await Task.WhenAll(callers);

        output.WriteLine($"{sent} deliveries in {statuses.Count} calls, {statuses.Count(answer => answer.IsQueued)} of them answered QUEUED");
        Assert.All(statuses, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Contains(statuses, answer => answer.IsQueued);
        await Eventually.AssertAsync(async () => await CountAsync("SELECT count(*) FROM workflow_executions WHERE status = 'SUCCESS'") == sent, Patience, $"each of {sent} calls has run");
        Assert.Equal(sent, await CountAsync("SELECT count(*) FROM workflow_executions"));
        Assert.Equal(sent, await CountAsync("SELECT count(DISTINCT trigger_data -> 'body' ->> 'order') FROM workflow_executions"));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM trigger_firings WHERE status <> 'started'"));

        async Task CallAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                // Each delivery comes twice, as senders do who are not sure.
                var order = Interlocked.Increment(ref sent);
                for (var time = 0; time < 2; time++)
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Webhooks.Json($$"""{"order": {{order}}}""") };
                    request.Headers.Add("Idempotency-Key", $"order {order}");
                    using var answer = await outside.SendAsync(request);
                    var body = await answer.Content.ReadAsStringAsync();
                    statuses.Add((answer.StatusCode, body.Contains("QUEUED", StringComparison.Ordinal)));
                }
            }
        }
    }

    private async Task<int> CountAsync(string sql)
    {
        await using var command = (await environment.DatabaseAsync()).Admin.CreateCommand(sql);
        return (int)(long)(await command.ExecuteScalarAsync())!;
    }
}
