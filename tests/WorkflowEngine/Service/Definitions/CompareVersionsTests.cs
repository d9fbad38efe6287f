using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

/// <summary>What changed between versions, and that a run does not notice.</summary>
[Collection(DefinitionApi.Name)]
public sealed class CompareVersionsTests(DefinitionApi api)
{
    [Fact]
    public async Task The_list_says_what_each_version_changed_and_where_it_came_from()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Branching());
        await user.PutAsync(id, Documents.Branching().With(Renamed).With(document => document["settings"] = new JsonObject { ["timeout"] = 60 }));
        await user.PutAsync(id, Documents.Branching().With(Renamed).With(Moved).With(document => document["settings"] = new JsonObject { ["timeout"] = 60 }));
        (await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{id}/versions/1/restore")).Expect(HttpStatusCode.OK);

        var versions = (await user.GetAsync($"{TestUser.Workflows}/{id}/versions")).Expect(HttpStatusCode.OK).Json["versions"]!.AsArray();

        Assert.Equal([1, null, null, null], versions.Select(version => (int?)version!["restored_from"]));
        Assert.Null(versions[3]!["changes"]);
        Assert.Equal((1, 1, 0), Counts(versions[2]!, "nodes_changed", "nodes_renamed", "nodes_moved"));
        Assert.Equal(["settings"], versions[2]!["changes"]!["sections"]!.AsArray().Select(section => (string)section!));
        Assert.Equal((0, 0, 1), Counts(versions[1]!, "nodes_changed", "nodes_renamed", "nodes_moved"));
        Assert.True((bool)versions[1]!["changes"]!["layout_only"]!);
        Assert.Equal((1, 1, 1), Counts(versions[0]!, "nodes_changed", "nodes_renamed", "nodes_moved"));
    }

    [Fact]
    public async Task Two_versions_are_compared_by_node_connection_and_pointer()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Branching());
        await user.PutAsync(id, Documents.Branching().With(Renamed).With(Moved).With(document =>
        {
            document["nodes"]!.AsArray().Add(Documents.Node("tail", "FLOW", "SORT", new() { ["sort_field"] = "x" }));
            document["connections"]!.AsArray()[5] = Documents.Connection("c7", "merge", "tail");
            document["variables"] = new JsonObject { ["k"] = null };
        }));

        var diff = (await user.GetAsync($"{TestUser.Workflows}/{id}/versions/1/diff/2")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal("tail", (string)Assert.Single(diff["nodes"]!["added"]!.AsArray())!["id"]!);
        Assert.Equal("SORT", (string)diff["nodes"]!["added"]![0]!["node"]!["subtype"]!);
        var changed = Assert.Single(diff["nodes"]!["changed"]!.AsArray())!;
        Assert.Equal("""{"from":"Node_call","to":"Fetch"}""", changed["renamed"]!.ToJsonString());
        Assert.Equal("""[{"pointer":"/name","change":"changed","old":"Node_call","new":"Fetch"}]""", changed["changes"]!.ToJsonString());
        Assert.Equal("c6", (string)Assert.Single(diff["connections"]!["removed"]!.AsArray())!["id"]!);
        Assert.Equal("c7", (string)Assert.Single(diff["connections"]!["added"]!.AsArray())!["id"]!);
        Assert.Equal("""[{"pointer":"/variables","change":"added","new":{"k":null},"section":"variables"}]""", diff["document"]!.ToJsonString());
        Assert.Equal("call", (string)Assert.Single(diff["layout"]!.AsArray())!["node_id"]!);

        var back = (await user.GetAsync($"{TestUser.Workflows}/{id}/versions/2/diff/1")).Expect(HttpStatusCode.OK).Json;
        Assert.True(JsonNode.DeepEquals(diff["nodes"]!["added"], back["nodes"]!["removed"]), back.ToJsonString());
        Assert.True((bool)(await user.GetAsync($"{TestUser.Workflows}/{id}/versions/2/diff/2")).Expect(HttpStatusCode.OK).Json["identical"]!);
    }

    [Theory]
    [InlineData("1/diff/3")]
    [InlineData("0/diff/1")]
    [InlineData("one/diff/1")]
    public async Task A_version_that_never_was_cannot_be_compared(string path)
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Documents.Minimal());

        (await user.GetAsync($"{TestUser.Workflows}/{id}/versions/{path}")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_run_keeps_the_version_it_started_with_whatever_is_saved_while_it_waits()
    {
        var user = await api.NewUserAsync();
        var id = await user.CreatedAsync(Waiting("before"));
        var execution = (string)(await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{id}/executions", new JsonObject()))
            .Expect(HttpStatusCode.Accepted).Json["execution_id"]!;
        (await user.PutAsync(id, Waiting("after"))).Expect(HttpStatusCode.OK);

        await Eventually.AssertAsync(
            async () => (string)(await user.GetAsync($"{TestUser.Executions}/{execution}")).Json["status"]! == "SUCCESS",
            TimeSpan.FromSeconds(30), "the run ended");
        var run = (await user.GetAsync($"{TestUser.Executions}/{execution}")).Json;

        Assert.Equal(1, (int)run["workflow_version"]!);
        Assert.Equal("before", (string)run["node_executions"]!.AsArray().Single(node => (string)node!["node_id"]! == "say")!["output_data"]!["result"]!["transformed_data"]!);
    }

    private static JsonObject Waiting(string word) => Documents.Minimal().With(document =>
    {
        document["nodes"]!.AsArray().Add(Documents.Node("wait", "FLOW", "DELAY", new() { ["duration_seconds"] = 2 }));
        document["nodes"]!.AsArray().Add(Documents.Node("say", "ACTION", "DATA_TRANSFORMATION", new() { ["operation"] = "custom", ["transformation_script"] = $"\"{word}\"" }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "wait"));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", "wait", "say"));
    });

    private static void Renamed(JsonObject document) => document["nodes"]![1]!["name"] = "Fetch";

    private static void Moved(JsonObject document) => document["nodes"]![1]!["position"]!["x"] = 999;

    private static (int, int, int) Counts(JsonNode version, string first, string second, string third) =>
        ((int)version["changes"]![first]!, (int)version["changes"]![second]!, (int)version["changes"]![third]!);
}
