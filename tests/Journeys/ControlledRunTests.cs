extern alias Gateway;
extern alias Integrations;
extern alias WorkflowEngine;

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Testing;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;
using WorkflowEngineClient = AiTeams.Contracts.WorkflowEngine.V1.WorkflowEngine.WorkflowEngineClient;

namespace AiTeams.Journeys.Tests;

/// <summary>What was asked of a run is done, whatever becomes of the engine that runs it.</summary>
public sealed class ControlledRunTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Metadata AsService = new() { { "authorization", "Bearer " + TestIdentity.ServiceToken("human-in-the-loop") } };

    [Fact]
    public async Task A_pause_outlives_the_engine_and_holds_what_comes_due_in_the_meantime()
    {
        var engine = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var person = At(engine, await SignUpAsync());
        var workflow = await person.CreateAsync(Documents.Waiting(seconds: 2));
        var paused = await person.RunAsync(workflow);
        Assert.Equal("PAUSED", (string)(await ControlAsync(person, paused, "pause"))["status"]!);

        await engine.KillAsync();
        await engine.StartAsync();

        // Another one of the same length shows that the engine is awake and the time has passed.
        await person.WatchAsync(await person.RunAsync(workflow));
        var read = await person.GetAsync($"/api/v1/app/executions/{paused}");
        Assert.Equal("PAUSED", (string)read["status"]!);
        Assert.Equal("manual", (string)read["waiting_for"]!["reason"]!);
        Assert.NotNull((string?)read["waiting_for"]!["who"]);
        Assert.Equal("WAITING_INPUT", StatusOf(read, "wait"));

        await ControlAsync(person, paused, "resume");
        Assert.Equal("execution_completed", (await person.WatchAsync(paused))[^1].Type);
        Assert.Equal("SUCCESS", StatusOf(await person.GetAsync($"/api/v1/app/executions/{paused}"), "say"));
        Assert.Equal(["delay resumed", "manual resumed"], await TextsAsync(
            """
            SELECT p.pause_reason || ' ' || p.status FROM workflow_execution_pauses p JOIN workflow_executions e ON e.id = p.execution_id
            WHERE e.execution_id = $1 ORDER BY 1
            """,
            paused));
        await engine.KillAsync();                         // the next journey has engines of its own
    }

    [Fact]
    public async Task A_command_whose_executor_is_killed_before_it_obeys_is_obeyed_by_the_next_one()
    {
        await using var world = await SlowWorld.StartAsync();
        await environment.HostAsync<Integrations::Program>();
        var first = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var token = await SignUpAsync();
        var owner = At(first, token);
        var workflow = await owner.CreateAsync(AskingWhileFetching($"{world.Address}/hold"));
        var (answered, canceled) = (await owner.RunAsync(workflow), await owner.RunAsync(workflow));
        await Eventually.AssertAsync(() => world.Keys.Count == 2, Patience, "both runs are calling the outside, so they belong to the first engine");
        first.Freeze();
        var second = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var other = At(second, token);
        using var channel = GrpcChannel.ForAddress(second.GrpcAddress);
        var engine = new WorkflowEngineClient(channel);
        var answer = await AnswerOfAsync(answered);

        // On disk, not obeyed: whoever runs them does not stir.
        var commands = Task.WhenAll(
            engine.ResumeExecutionAsync(answer, AsService).ResponseAsync, ControlAsync(other, canceled, "cancel", HttpStatusCode.Accepted, HttpStatusCode.OK));
        await Eventually.AssertAsync(
            async () => (await TextsAsync("SELECT kind FROM execution_commands WHERE execution_id IN ($1, $2)", answered, canceled)).Count == 2, Patience, "both are on disk");
        await first.KillAsync();
        await commands;

        await Eventually.AssertAsync(
            async () => (await TextsAsync("SELECT kind FROM execution_commands WHERE outcome = 'done' AND execution_id IN ($1, $2)", answered, canceled)).Count == 2,
            Patience, "both are obeyed");
        world.Release();
        Assert.Equal("execution_completed", (await other.WatchAsync(answered))[^1].Type);
        Assert.Equal("execution_canceled", (await other.WatchAsync(canceled))[^1].Type);
        Assert.Equal("yes", (string)Node(await other.GetAsync($"/api/v1/app/executions/{answered}"), "ask")["output_data"]!["completed"]!["trigger_data"]!["said"]!);

        // What it was told then it is told again.
        Assert.True((await engine.ResumeExecutionAsync(answer, AsService)).Decided);
        answer.Data.Fields["said"] = Value.ForString("no");
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await engine.ResumeExecutionAsync(answer, AsService));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Equal(["1", "1"], await TextsAsync(
            "SELECT count(*)::text FROM workflow_execution_logs WHERE event_type = 'workflow_completed' AND execution_id IN ($1, $2) GROUP BY execution_id", answered, canceled));
    }

    // Signed up at the gateway, but served by the engine that is named: which one is asked is what this is about.
    private async Task<AuthenticationHeaderValue> SignUpAsync() =>
        (await Person.SignUpAsync((await environment.HostAsync<Gateway::Program>()).HttpAddress)).Http.DefaultRequestHeaders.Authorization!;

    private static Person At(RunningService engine, AuthenticationHeaderValue token)
    {
        var http = engine.Client();
        http.DefaultRequestHeaders.Authorization = token;
        return new Person(http);
    }

    /// <summary>start -> fetch, and beside it start -> ask (waits an hour for a signal).</summary>
    private static JsonObject AskingWhileFetching(string url)
    {
        var document = Documents.Fetching(url);
        document["nodes"]!.AsArray().Add(Documents.Node("ask", "Ask", "FLOW", "WAIT", new JsonObject { ["wait_type"] = "approval", ["timeout_seconds"] = 3600 }));
        document["connections"]!.AsArray().Add(Documents.Edge("c9", "start", "ask"));
        return document;
    }

    private async Task<ResumeExecutionRequest> AnswerOfAsync(string execution) => new()
    {
        UserId = (await TextsAsync("SELECT user_id::text FROM workflow_executions WHERE execution_id = $1", execution))[0],
        ExecutionId = execution,
        NodeId = "ask",
        Data = new Struct { Fields = { ["said"] = Value.ForString("yes") } },
        IdempotencyKey = "interaction-1",
    };

    private static async Task<JsonNode> ControlAsync(Person person, string execution, string verb, params HttpStatusCode[] possible)
    {
        using var answer = await person.Http.PostAsync($"/api/v1/app/executions/{execution}/{verb}", null);
        Assert.Contains(answer.StatusCode, possible.Length > 0 ? possible : [HttpStatusCode.OK]);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private static string StatusOf(JsonNode execution, string node) => (string)Node(execution, node)["status"]!;

    private static JsonNode Node(JsonNode execution, string node) => execution["node_executions"]!.AsArray().Single(row => (string)row!["node_id"]! == node)!;

    private async Task<List<string>> TextsAsync(string sql, params object[] arguments)
    {
        await using var command = (await environment.DatabaseAsync()).Admin.CreateCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        }

        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
