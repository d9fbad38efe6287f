using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Runtime;

/// <summary>What Core decides over time, with real rows, timers and an engine that forgets what only waits.</summary>
[Collection(DefinitionApi.Name)]
public sealed class DurableSemanticsTests(DefinitionApi api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_run_that_waits_longer_than_it_may_is_over_and_leaves_no_timer()
    {
        var document = Chain(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 3600 }));
        document["settings"] = new JsonObject { ["timeout"] = 1 };

        var execution = await EndedAsync(document);

        Assert.Equal("TIMEOUT", (string)execution["status"]!);
        Assert.Equal("CANCELED", Status(execution, "sleep"));
        await AssertNoTimersAsync(execution);
    }

    [Fact]
    public async Task A_call_longer_than_the_run_may_take_ends_with_it()
    {
        await using var silent = new SilentServer();
        var document = Chain(Documents.Node("call", "ACTION", "HTTP_REQUEST", new() { ["url"] = silent.Url }));
        document["settings"] = new JsonObject { ["timeout"] = 1 };

        var execution = await EndedAsync(document);

        Assert.Equal(("TIMEOUT", "CANCELED"), ((string)execution["status"]!, Status(execution, "call")));
        await AssertNoTimersAsync(execution);
    }

    [Fact]
    public async Task A_merge_goes_on_without_the_branch_that_does_not_come()
    {
        var document = Chain(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 3 }));
        document["nodes"]!.AsArray().Add(Documents.Node("join", "FLOW", "MERGE", new() { ["timeout_seconds"] = 1 }));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", "sleep", "join"));
        document["connections"]!.AsArray().Add(Documents.Connection("c3", "start", "join"));

        var execution = await EndedAsync(document);

        Assert.Equal(("SUCCESS", "SUCCESS"), ((string)execution["status"]!, Status(execution, "sleep")));
        Assert.Equal(1, (int)Node(execution, "join")["output_data"]!["result"]!["merge_stats"]!["total_inputs"]!);
        await AssertNoTimersAsync(execution);
    }

    [Fact]
    public async Task A_condition_is_looked_at_until_it_holds()
    {
        JsonNode wait;
        var (until, margin) = (0L, TimeSpan.FromSeconds(2));
        do
        {
            // A run that began only when the condition already held shows nothing: once more, with more time.
            until = (DateTimeOffset.UtcNow + margin).ToUnixTimeMilliseconds();
            margin *= 2;
            var execution = await EndedAsync(Chain(Documents.Node(
                "wait", "FLOW", "WAIT", new() { ["wait_condition"] = $"now() >= {until}", ["check_interval_seconds"] = 0.5 })));
            Assert.Equal("SUCCESS", (string)execution["status"]!);
            await AssertNoTimersAsync(execution);
            wait = Node(execution, "wait");
        }
        while ((long)wait["start_time"]! > until - 500);

        // Once at the beginning, and then not more often than it was asked to.
        var took = (long)wait["end_time"]! - (long)wait["start_time"]!;
        Assert.True((long)wait["end_time"]! >= until);
        Assert.InRange((int)wait["output_data"]!["completed"]!["wait_result"]!["attempts_made"]!, 2, 2 + (took / 500));
    }

    [Fact]
    public async Task Each_iteration_of_a_loop_has_rows_and_timers_of_its_own()
    {
        var document = Chain(Documents.Node("each", "FLOW", "FOR_EACH", new() { ["items_source"] = "[1,2,3]", ["concurrency"] = 2 }));
        document["nodes"]!.AsArray().Add(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 0.4 }));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", "each", "sleep", "iteration"));

        var execution = await EndedAsync(document);

        Assert.Equal("SUCCESS", (string)execution["status"]!);
        Assert.Equal([0L, 1L, 2L], execution["node_executions"]!.AsArray().Where(node => (string)node!["node_id"]! == "sleep").Select(node => (long)node!["iteration"]!).Order());
        Assert.Equal(3, (int)Node(execution, "each")["output_data"]!["result"]!["successful_iterations"]!);
        await AssertNoTimersAsync(execution);
    }

    [Fact]
    public async Task What_fails_is_tried_again_as_often_as_it_may_be()
    {
        var execution = await EndedAsync(Chain(Documents.Node(
            "call", "ACTION", "HTTP_REQUEST",
            new() { ["url"] = "http://127.0.0.1:8/", ["retry_attempts"] = 2, ["retry_backoff_seconds"] = 0.4, ["retry_backoff_factor"] = 1, ["retry_jitter_seconds"] = 0 })));

        Assert.Equal("ERROR", (string)execution["status"]!);
        Assert.Equal(2, (int)Node(execution, "call")["retry_count"]!);
        await AssertNoTimersAsync(execution);
    }

    [Fact]
    public async Task Pinned_data_stands_in_for_a_call_when_somebody_tries_the_workflow()
    {
        var document = Chain(Documents.Node("call", "ACTION", "HTTP_REQUEST", new() { ["url"] = "http://127.0.0.1:8/" }));
        document["pin_data"] = new JsonObject { ["call"] = new JsonObject { ["status_code"] = 200, ["json"] = "pinned" } };

        var execution = await EndedAsync(document);

        Assert.Equal("SUCCESS", (string)execution["status"]!);
        Assert.Equal("pinned", (string)Node(execution, "call")["output_data"]!["result"]!["json"]!);
    }

    [Fact]
    public async Task What_one_run_keeps_the_next_one_sees_and_a_save_does_not_take_it_away()
    {
        var document = Chain(Documents.Node("keep", "ACTION", "STATIC_DATA", new() { ["values"] = new JsonObject { ["count"] = "{{coalesce($static.count, 0) + 1}}" } }));
        document["static_data"] = new JsonObject { ["count"] = 5 };
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(document);

        Assert.Equal(6, Kept(await RunAsync(user, workflow)));
        Assert.Equal(7, Kept(await RunAsync(user, workflow)));
        document["metadata"]!["description"] = "changed";
        (await user.SendAsync(HttpMethod.Put, $"{TestUser.Workflows}/{workflow}", document)).Expect(HttpStatusCode.OK);
        Assert.Equal(8, Kept(await RunAsync(user, workflow)));
        document["static_data"] = new JsonObject { ["count"] = 100 };
        (await user.SendAsync(HttpMethod.Put, $"{TestUser.Workflows}/{workflow}", document)).Expect(HttpStatusCode.OK);
        Assert.Equal(101, Kept(await RunAsync(user, workflow)));

        static int Kept(JsonObject execution) => (int)Node(execution, "keep")["output_data"]!["result"]!["values"]!["count"]!;
    }

    private static JsonObject Chain(JsonObject node)
    {
        var document = Documents.Minimal("Semantics");
        document["nodes"]!.AsArray().Add(node);
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", (string)node["id"]!));
        return document;
    }

    private static JsonNode Node(JsonObject execution, string id) =>
        execution["node_executions"]!.AsArray().Single(node => (string)node!["node_id"]! == id)!;

    private static string Status(JsonObject execution, string id) => (string)Node(execution, id)["status"]!;

    private async Task<JsonObject> EndedAsync(JsonObject document)
    {
        var user = await api.NewUserAsync();
        return await RunAsync(user, await user.CreatedAsync(document));
    }

    private static async Task<JsonObject> RunAsync(TestUser user, string workflow)
    {
        var started = (await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject())).Expect(HttpStatusCode.Accepted).Json;
        JsonObject? read = null;
        await Eventually.AssertAsync(
            async () => (string?)(read = (await user.GetAsync($"{TestUser.Executions}/{started["execution_id"]}")).Json)["status"] is "SUCCESS" or "ERROR" or "TIMEOUT" or "CANCELED",
            Patience, "the execution ends");
        return read!;
    }

    private async Task AssertNoTimersAsync(JsonObject execution) => Assert.Equal(
        0L, await api.ScalarAsync<long>("SELECT count(*) FROM execution_timers WHERE execution_id = $1", (string)execution["execution_id"]!));
}
