using System.Net;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Tests.Definitions;
using AiTeams.WorkflowEngine.Tests.Executions.Controlling;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Executions.Starting;

/// <summary>POST /executions/{id}/retry, and starting a part of a workflow.</summary>
[Collection(DefinitionApi.Name)]
public sealed class RetryExecutionTests(DefinitionApi api)
{
    [Fact]
    public async Task What_lies_before_the_node_is_not_done_again()
    {
        await using var world = await HeldWorld.StartAsync();
        world.Release();
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Calling(world.Address));
        await user.BecomesAsync(execution, "SUCCESS");

        var retry = await RetriedAsync(user, execution, new() { ["from_node_id"] = "after" });

        var read = await user.BecomesAsync(retry, "SUCCESS");
        Assert.Equal(1, world.Calls);
        Assert.Equal("RETRY", (string)read["mode"]!);
        Assert.Equal(execution, (string)read["parent_execution_id"]!);
        Assert.Equal([$"call {execution}", $"start {execution}", "after "], Reused(read));
        var original = await user.ReadAsync(execution);
        Assert.Equal(OutputOf(original, "after"), OutputOf(read, "after"));
        Assert.Equal(["call ", "start ", "after "], Reused(original));
    }

    [Fact]
    public async Task From_the_node_on_everything_is_done_again_with_the_data_it_is_given()
    {
        await using var world = await HeldWorld.StartAsync();
        world.Release();
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Calling(world.Address));
        await user.BecomesAsync(execution, "SUCCESS");

        var called = await user.BecomesAsync(await RetriedAsync(user, execution, new() { ["from_node_id"] = "call" }), "SUCCESS");
        var given = await user.BecomesAsync(
            await RetriedAsync(user, execution, new() { ["from_node_id"] = "after", ["data"] = new JsonObject { ["mine"] = 42 } }), "SUCCESS");

        Assert.Equal(2, world.Calls);
        Assert.Equal("call ", Reused(called).Single(row => row.StartsWith("call", StringComparison.Ordinal)));
        Assert.Contains("\"mine\":42", OutputOf(given, "after"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_node_all_of_it_runs_again_with_the_same_data_or_other()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());
        var execution = await StartAsync(user, workflow, new() { ["data"] = new JsonObject { ["a"] = 1 } });
        await user.BecomesAsync(execution, "SUCCESS");

        var same = await user.BecomesAsync(await RetriedAsync(user, execution, []), "SUCCESS");
        var other = await user.BecomesAsync(await RetriedAsync(user, execution, new() { ["data"] = new JsonObject { ["a"] = 2 } }), "SUCCESS");

        Assert.Equal("""{"a":1}""", same["trigger_data"]!.ToJsonString());
        Assert.Equal("""{"a":2}""", other["trigger_data"]!.ToJsonString());
    }

    [Fact]
    public async Task It_runs_the_version_it_ran_before_or_the_one_that_is_named()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Documents.Minimal());
        var execution = await StartAsync(user, workflow, []);
        await user.BecomesAsync(execution, "SUCCESS");
        var changed = Documents.Minimal().With(document =>
        {
            document["nodes"]!.AsArray().Add(Documents.Node("added", "FLOW", "MERGE"));
            document["connections"]!.AsArray().Add(Documents.Connection("c", "start", "added"));
        });
        var tag = (await user.GetAsync($"{TestUser.Workflows}/{workflow}")).Tag;
        (await user.PutAsync(workflow, changed, ("If-Match", tag))).Expect(HttpStatusCode.OK);

        var old = await user.BecomesAsync(await RetriedAsync(user, execution, []), "SUCCESS");
        var latest = await user.BecomesAsync(await RetriedAsync(user, execution, new() { ["version"] = "latest", ["from_node_id"] = "added" }), "SUCCESS");

        Assert.Equal((1, 1), ((int)old["workflow_version"]!, old["node_executions"]!.AsArray().Count));
        Assert.Equal(2, (int)latest["workflow_version"]!);
        Assert.Equal(["added ", $"start {execution}"], Reused(latest));
        Assert.Equal(["unknown_node /from_node_id"],
            (await RetryAsync(user, execution, new() { ["from_node_id"] = "added" })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed").Problems);
        Assert.Equal(["unknown_version /version"],
            (await RetryAsync(user, execution, new() { ["version"] = 3 })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed").Problems);
    }

    [Fact]
    public async Task What_has_not_ended_is_not_run_again()
    {
        var user = await api.NewUserAsync();
        var execution = await user.StartedAsync(Runs.Sleeping());

        (await RetryAsync(user, execution, [])).ExpectProblem(HttpStatusCode.Conflict, "execution_not_ended");
        (await RetryAsync(await api.NewUserAsync(), execution, [])).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await user.ControlAsync(execution, "cancel")).Expect(HttpStatusCode.OK);

        await user.BecomesAsync(await RetriedAsync(user, execution, new() { ["from_node_id"] = "after", ["data"] = new JsonObject() }), "PAUSED");
    }

    [Fact]
    public async Task The_same_key_retries_once()
    {
        var user = await api.NewUserAsync();
        var execution = await StartAsync(user, await user.CreatedAsync(Documents.Minimal()), []);
        await user.BecomesAsync(execution, "SUCCESS");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RetryAsync(user, execution, new() { ["from_node_id"] = "start" }, ("Idempotency-Key", "once"))));

        Assert.Single(answers.Select(answer => (string)answer.Expect(HttpStatusCode.Accepted).Json["execution_id"]!).Distinct());
        Assert.Equal(["idempotency_key_reused /headers/Idempotency-Key"],
            (await RetryAsync(user, execution, [], ("Idempotency-Key", "once"))).Expect(HttpStatusCode.UnprocessableEntity).Problems);
    }

    [Fact]
    public async Task A_run_begins_at_a_node_with_the_data_as_its_input()
    {
        await using var world = await HeldWorld.StartAsync();
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Runs.Calling(world.Address, sleeps: true, seconds: 0.1));

        var read = await user.BecomesAsync(await StartAsync(user, workflow, new() { ["start_from_node"] = "sleep", ["data"] = new JsonObject { ["x"] = 7 } }), "SUCCESS");

        Assert.Equal(0, world.Calls);
        Assert.Equal(["after ", "sleep "], Reused(read).Order());
        Assert.Equal(7, (int)read["node_executions"]!.AsArray().Single(row => (string)row!["node_id"]! == "sleep")!["input_data"]!["x"]!);
    }

    [Fact]
    public async Task One_node_runs_alone_also_when_it_has_to_wait()
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Runs.Sleeping(seconds: 1));

        var read = await user.BecomesAsync(await StartAsync(user, workflow, new() { ["only_node"] = "sleep", ["data"] = new JsonObject { ["x"] = 7 } }), "SUCCESS");

        Assert.Equal(["sleep "], Reused(read));
    }

    [Theory]
    [InlineData("""{"only_node":"nobody"}""", "unknown_node /only_node")]
    [InlineData("""{"start_from_node":"nobody"}""", "unknown_node /start_from_node")]
    [InlineData("""{"start_from_node":"sleep","only_node":"sleep"}""", "contradiction /only_node")]
    [InlineData("""{"only_node":3}""", "invalid_type /only_node")]
    public async Task A_part_that_is_none_is_refused(string body, string problem)
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(Runs.Sleeping());

        var answer = await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", JsonNode.Parse(body));

        Assert.Equal([problem], answer.ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed").Problems);
    }

    private static async Task<string> StartAsync(TestUser user, string workflow, JsonObject body) =>
        (string)(await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", body)).Expect(HttpStatusCode.Accepted).Json["execution_id"]!;

    private static Task<Answer> RetryAsync(TestUser user, string execution, JsonObject body, params (string, string)[] headers) =>
        user.SendAsync(HttpMethod.Post, $"{TestUser.Executions}/{execution}/retry", body, headers);

    private static async Task<string> RetriedAsync(TestUser user, string execution, JsonObject body)
    {
        var answer = (await RetryAsync(user, execution, body)).Expect(HttpStatusCode.Accepted);
        Assert.Equal(execution, (string)answer.Json["parent_execution_id"]!);
        return (string)answer.Json["execution_id"]!;
    }

    private static string[] Reused(JsonObject execution) =>
        [.. execution["node_executions"]!.AsArray().Select(row => $"{row!["node_id"]} {row["reused_from"]}").OrderBy(row => row.StartsWith("after", StringComparison.Ordinal)).ThenBy(row => row)];

    private static string OutputOf(JsonObject execution, string node) =>
        execution["node_executions"]!.AsArray().Single(row => (string)row!["node_id"]! == node)!["output_data"]!.ToJsonString();
}
