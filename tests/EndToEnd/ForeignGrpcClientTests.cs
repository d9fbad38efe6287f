using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.Testing.GrpcJs;

namespace AiTeams.EndToEnd.Tests;

/// <summary>The real engine as grpc-js from npm sees it. tests/Contracts has the wire's edges; this is the contract kept.</summary>
[Collection(SystemTests.Name)]
public sealed class ForeignGrpcClientTests(TheSystem system)
{
    private const string Service = "aiteams.workflowengine.v1.WorkflowEngine";
    private const string Mode = "EXECUTION_MODE_WEBHOOK";

    [Fact]
    public async Task A_run_is_started_watched_and_read()
    {
        var (user_id, workflow_id) = await WorkflowAsync();
        var client = await ClientAsync();
        var data = new { fields = new { who = new { stringValue = "Ada" } } };

        var started = await client.CallAsync(Service, "StartExecution", new { user_id, workflow_id, mode = Mode, data });
        var execution_id = (string)started.Message["execution_id"]!;
        var watched = await client.CallAsync(Service, "WatchExecution", new { user_id, execution_id });
        var read = await client.CallAsync(Service, "GetExecution", new { user_id, execution_id });

        Assert.Equal("OK", watched.Status);
        Assert.Equal("execution_started", (string?)watched.Messages[0]["type"]);
        Assert.Equal("execution_completed", (string?)watched.Messages[^1]["type"]);
        Assert.Equal(Enumerable.Range(1, watched.Messages.Count).Select(number => $"{number}"), watched.Messages.Select(message => (string?)message["sequence"]));
        Assert.Equal(("SUCCESS", Mode), ((string?)read.Message["status"], (string?)read.Message["mode"]));
        Assert.Equal("start", (string?)Assert.Single(read.Message["node_executions"]!.AsArray())!["node_id"]);
    }

    [Fact]
    public async Task One_run_of_one_node_is_read_as_text()
    {
        var (user_id, workflow_id) = await WorkflowAsync();
        var client = await ClientAsync();
        var execution_id = (string)(await client.CallAsync(Service, "StartExecution", new { user_id, workflow_id, wait_seconds = 10 })).Message["execution_id"]!;

        var alone = await client.CallAsync(Service, "GetExecution", new { user_id, execution_id, node_id = "start" });
        var later = await client.CallAsync(Service, "GetExecution", new { user_id, execution_id, node_id = "start", iteration = 1 });

        var node = Assert.Single(alone.Message["node_executions"]!.AsArray())!;
        Assert.Equal("start", (string?)node["node_id"]);
        Assert.NotNull(node["output_json"]);
        Assert.Null(node["output_data"]);
        Assert.Empty(later.Message["node_executions"]?.AsArray() ?? []);
    }

    [Fact]
    public async Task The_same_idempotency_key_starts_once()
    {
        var (user_id, workflow_id) = await WorkflowAsync();
        var client = await ClientAsync();
        var request = new { user_id, workflow_id, idempotency_key = "delivery 1" };

        var first = await client.CallAsync(Service, "StartExecution", request);
        var second = await client.CallAsync(Service, "StartExecution", request);

        Assert.Equal((string?)first.Message["execution_id"], (string?)second.Message["execution_id"]);
        Assert.Equal((false, true), ((bool?)first.Message["replayed"] ?? false, (bool?)second.Message["replayed"] ?? false));
    }

    [Fact]
    public async Task Another_users_workflow_and_execution_are_NOT_FOUND()
    {
        var (owner, workflow_id) = await WorkflowAsync();
        var (user_id, _) = await WorkflowAsync();
        var client = await ClientAsync();
        var started = await client.CallAsync(Service, "StartExecution", new { user_id = owner, workflow_id });

        var start = await client.CallAsync(Service, "StartExecution", new { user_id, workflow_id });
        var read = await client.CallAsync(Service, "GetExecution", new { user_id, execution_id = (string?)started.Message["execution_id"] });

        Assert.Equal(("NOT_FOUND", "NOT_FOUND"), (start.Status, read.Status));
    }

    [Fact]
    public async Task A_user_has_no_business_there()
    {
        var (user_id, workflow_id) = await WorkflowAsync();

        var outcome = await (await ClientAsync()).With(TestIdentity.Token(user_id)).CallAsync(Service, "StartExecution", new { user_id, workflow_id });

        Assert.Equal("UNAUTHENTICATED", outcome.Status);
    }

    private Task<GrpcJsClient> ClientAsync() => GrpcJsClient.ForAsync(system.EngineGrpc.ToString().TrimEnd('/'), TestIdentity.ServiceToken("scheduler"));

    private async Task<(Guid UserId, Guid WorkflowId)> WorkflowAsync()
    {
        var (userId, client) = await system.SignUpAsync();
        using (client)
        {
            var none = new { };
            var trigger = new { id = "start", name = "Start", description = "By hand", type = "TRIGGER", subtype = "MANUAL", configurations = none, input_params = none, output_params = none };
            using var answer = await client.PostAsJsonAsync(
                "/api/v1/app/workflows", new { metadata = new { name = "Smallest" }, nodes = new[] { trigger }, connections = Array.Empty<object>(), triggers = new[] { "start" } });
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            return (userId, (Guid)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!);
        }
    }
}
