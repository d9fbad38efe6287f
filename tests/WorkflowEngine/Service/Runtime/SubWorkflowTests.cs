using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Runtime;

/// <summary>One workflow runs another: with its data, once, linked both ways, and neither outlives the other without a word.</summary>
[Collection(DefinitionApi.Name)]
public sealed class SubWorkflowTests(DefinitionApi api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_gives_what_the_other_gave_and_both_know_of_each_other()
    {
        var user = await api.NewUserAsync();
        var child = await user.CreatedAsync(Keeping());
        var caller = await EndedAsync(user, await user.CreatedAsync(Calling(child)), new JsonObject { ["number"] = 17 });

        Assert.Equal("SUCCESS", (string)caller["status"]!);
        var output = Node(caller, "call")["output_data"]!["result"]!;
        Assert.Equal(17, (int)output["output"]!["values"]!["number"]!);
        var run = (await user.GetAsync($"{TestUser.Executions}/{output["execution_id"]}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(((string)caller["execution_id"]!, "SUCCESS"), ((string)run["parent_execution_id"]!, (string)run["status"]!));
        Assert.Single((await user.GetAsync($"{TestUser.Executions}?workflow_id={child}")).Json["executions"]!.AsArray());
    }

    [Fact]
    public async Task A_long_one_is_waited_for_on_disk_and_wakes_its_caller()
    {
        var user = await api.NewUserAsync();
        var sleeper = Documents.Minimal("Sleeper");
        sleeper["nodes"]!.AsArray().Add(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 2.5 }));
        sleeper["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "sleep"));

        var caller = await EndedAsync(user, await user.CreatedAsync(Calling(await user.CreatedAsync(sleeper))), []);

        Assert.Equal("SUCCESS", (string)caller["status"]!);
        Assert.Equal("SUCCESS", (string)Node(caller, "call")["output_data"]!["result"]!["status"]!);
    }

    [Fact]
    public async Task Another_users_workflow_is_not_there()
    {
        var stranger = await api.NewUserAsync();
        var theirs = await stranger.CreatedAsync(Keeping());
        var user = await api.NewUserAsync();

        var caller = await EndedAsync(user, await user.CreatedAsync(Calling(theirs)), []);

        Assert.Equal(("ERROR", "not_found"), ((string)caller["status"]!, (string)Node(caller, "call")["error_data"]!["error_code"]!));
        Assert.Empty((await stranger.GetAsync(TestUser.Executions)).Json["executions"]!.AsArray());
    }

    [Fact]
    public async Task One_that_calls_itself_ends()
    {
        var user = await api.NewUserAsync();
        var document = Calling(Guid.Empty.ToString());
        var id = await user.CreatedAsync(document);
        document["nodes"]![1]!["configurations"]!["workflow_id"] = id;
        (await user.SendAsync(HttpMethod.Put, $"{TestUser.Workflows}/{id}", document)).Expect(HttpStatusCode.OK);

        var caller = await EndedAsync(user, id, []);

        Assert.Equal("ERROR", (string)caller["status"]!);
        Assert.Equal(10, (await user.GetAsync($"{TestUser.Executions}?workflow_id={id}")).Json["executions"]!.AsArray().Count);
    }

    [Fact]
    public async Task Who_is_canceled_takes_along_what_he_has_called()
    {
        var user = await api.NewUserAsync();
        var sleeper = Documents.Minimal("Sleeper");
        sleeper["nodes"]!.AsArray().Add(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = 3600 }));
        sleeper["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "sleep"));
        var child = await user.CreatedAsync(sleeper);
        var caller = await StartedAsync(user, await user.CreatedAsync(Calling(child)), []);
        await Eventually.AssertAsync(async () => await StatusOfAsync(user, caller) == "PAUSED", Patience, "the caller waits");

        (await user.SendAsync(HttpMethod.Post, $"{TestUser.Executions}/{caller}/cancel", new JsonObject())).Expect(HttpStatusCode.OK);

        await Eventually.AssertAsync(
            async () => (string?)(await user.GetAsync($"{TestUser.Executions}?workflow_id={child}")).Json["executions"]![0]!["status"] == "CANCELED",
            Patience, "the one it called is canceled as well");
    }

    private static JsonObject Keeping()
    {
        var document = Documents.Minimal("Child");
        document["nodes"]!.AsArray().Add(Documents.Node(
            "keep", "ACTION", "STATIC_DATA", new() { ["values"] = new JsonObject { ["number"] = "{{$json.number}}" } }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "keep"));
        return document;
    }

    private static JsonObject Calling(string workflowId)
    {
        var document = Documents.Minimal("Caller");
        document["nodes"]!.AsArray().Add(Documents.Node("call", "FLOW", "SUB_WORKFLOW", new() { ["workflow_id"] = workflowId }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "call"));
        return document;
    }

    private static JsonNode Node(JsonObject execution, string id) =>
        execution["node_executions"]!.AsArray().Single(node => (string)node!["node_id"]! == id)!;

    private static async Task<string> StartedAsync(TestUser user, string workflow, JsonObject data) => (string)(await user.SendAsync(
        HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject { ["data"] = data })).Expect(HttpStatusCode.Accepted).Json["execution_id"]!;

    private static async Task<string?> StatusOfAsync(TestUser user, string execution) =>
        (string?)(await user.GetAsync($"{TestUser.Executions}/{execution}")).Json["status"];

    private static async Task<JsonObject> EndedAsync(TestUser user, string workflow, JsonObject data)
    {
        var execution = await StartedAsync(user, workflow, data);
        await Eventually.AssertAsync(
            async () => await StatusOfAsync(user, execution) is "SUCCESS" or "ERROR" or "TIMEOUT" or "CANCELED", Patience, "the execution ends");
        return (await user.GetAsync($"{TestUser.Executions}/{execution}")).Json;
    }
}
