using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Reading;

/// <summary>What a run says about itself while it runs, by the engine that runs it.</summary>
[Collection(DefinitionApi.Name)]
public sealed class ReadRunningExecutionTests(DefinitionApi api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_run_that_sleeps_says_until_when_and_what_it_did_before()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Sleeping());
        var before = DateTimeOffset.UtcNow;

        var execution = await WaitingAsync(user, await StartedAsync(user, workflow));

        var waiting = execution["waiting_for"]!;
        Assert.Equal("sleep", (string)waiting["node_id"]!);
        Assert.Equal("Node_sleep", (string)waiting["node_name"]!);
        Assert.InRange(DateTimeOffset.Parse((string)waiting["until"]!, null), before.AddSeconds(3590), DateTimeOffset.UtcNow.AddSeconds(3610));
        Assert.Equal("PAUSED", (string)execution["status"]!);
        Assert.Equal(["start", "sleep"], execution["node_executions"]!.AsArray().Take(2).Select(node => (string)node!["node_id"]!));
        Assert.Equal(["SUCCESS", "WAITING_INPUT"], execution["node_executions"]!.AsArray().Take(2).Select(node => (string)node!["status"]!));

        var logs = (await user.GetAsync($"{TestUser.Executions}/{execution["execution_id"]}/logs")).Expect(HttpStatusCode.OK).Json["logs"]!.AsArray();
        Assert.Equal("workflow_started", (string)logs[0]!["event_type"]!);
        Assert.Equal(Enumerable.Range(1, logs.Count).Select(i => (long)i), logs.Select(entry => (long)entry!["sequence"]!));
    }

    [Fact]
    public async Task The_workflow_shows_its_latest_run()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());
        var tag = (await user.GetAsync($"{TestUser.Workflows}/{workflow}")).Tag;

        var execution = await StartedAsync(user, workflow);

        await Eventually.AssertAsync(
            async () => (string?)(await user.GetAsync($"{TestUser.Workflows}/{workflow}")).Json["latest_execution_status"] == "SUCCESS",
            Patience, "the workflow shows that its run succeeded");
        var row = (await user.GetAsync(TestUser.Workflows)).Json["workflows"]![0]!;
        Assert.Equal(execution, (string)row["latest_execution_id"]!);
        Assert.Equal("SUCCESS", (string)row["latest_execution_status"]!);
        (await user.GetAsync($"{TestUser.Workflows}/{workflow}", ("If-None-Match", tag))).Expect(HttpStatusCode.OK);
        Assert.Equal(execution, (string)Assert.Single((await user.GetAsync($"{TestUser.Executions}?workflow_id={workflow}")).Json["executions"]!.AsArray())!["execution_id"]!);
    }

    [Fact]
    public async Task A_workflow_is_deleted_under_its_sleeping_run()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Sleeping());
        var execution = await StartedAsync(user, workflow);
        await WaitingAsync(user, execution);

        (await user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{workflow}")).Expect(HttpStatusCode.NoContent);

        (await user.GetAsync($"{TestUser.Executions}/{execution}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_timers WHERE execution_id = $1", execution));
        var next = await user.CreatedAsync(Documents.Minimal("The engine goes on"));
        var other = await StartedAsync(user, next);
        await Eventually.AssertAsync(
            async () => (string?)(await user.GetAsync($"{TestUser.Executions}/{other}")).Json["status"] == "SUCCESS", Patience, "another run ends");
    }

    [Fact]
    public async Task A_workflow_is_deleted_while_its_runs_are_being_written()
    {
        var user = await api.NewUserAsync();
        for (var round = 0; round < 3; round++)
        {
            var workflow = await user.CreatedAsync(Documents.Minimal());
            var starts = Enumerable.Range(0, 40).Select(_ => user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject())).ToArray();
            await starts[0];

            (await user.SendAsync(HttpMethod.Delete, $"{TestUser.Workflows}/{workflow}")).Expect(HttpStatusCode.NoContent);

            Assert.All(await Task.WhenAll(starts), start => Assert.Contains(start.Status, new[] { HttpStatusCode.Accepted, HttpStatusCode.NotFound }));
            (await user.GetAsync($"{TestUser.Workflows}/{workflow}")).Expect(HttpStatusCode.NotFound);
            Assert.Empty((await user.GetAsync(TestUser.Executions)).Json["executions"]!.AsArray());
        }
    }

    private static JsonObject Sleeping()
    {
        var document = Documents.Minimal("Sleeper");
        document["nodes"]!.AsArray().Add(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 3600 }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "sleep"));
        return document;
    }

    private static async Task<string> StartedAsync(TestUser user, string workflow) =>
        (string)(await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject())).Expect(HttpStatusCode.Accepted).Json["execution_id"]!;

    private static async Task<JsonObject> WaitingAsync(TestUser user, string execution)
    {
        JsonObject? read = null;
        await Eventually.AssertAsync(
            async () =>
            {
                read = (await user.GetAsync($"{TestUser.Executions}/{execution}")).Json;
                return read["waiting_for"] is not null && (string?)read["status"] == "PAUSED";
            },
            Patience, "the execution waits for its timer");
        return read!;
    }
}
