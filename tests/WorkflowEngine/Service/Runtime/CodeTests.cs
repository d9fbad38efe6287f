using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Runtime;

/// <summary>JavaScript in nodes and on connections, through the whole engine and a real sandbox.</summary>
[Collection(DefinitionApi.Name)]
public sealed class CodeTests(DefinitionApi api)
{
    [Fact]
    public async Task A_node_runs_code_on_what_a_connection_has_converted()
    {
        var document = Coded("console.log('hello'); return { total: $json.n * 2, at: await Promise.resolve(1) }");
        document["connections"]![0]!["conversion_function"] = "function convert(input) { return { n: input.value.n + 1 } }";

        var node = Node(await RunAsync(document, new() { ["n"] = 1 }), "code");

        Assert.Equal("SUCCESS", (string)node["status"]!);
        Assert.Equal(2, (int)node["input_data"]!["n"]!);
        Assert.Equal(4, (int)node["output_data"]!["result"]!["total"]!);
        Assert.Equal("hello", (string)node["output_data"]!["console"]![0]!);
    }

    [Fact]
    public async Task Code_that_does_not_parse_is_refused_where_it_stands()
    {
        var user = await api.NewUserAsync();
        var document = Coded("return (");
        document["connections"]![0]!["conversion_function"] = "lambda x: x";

        var answer = (await user.SendAsync(HttpMethod.Post, TestUser.Workflows, document)).Expect(HttpStatusCode.UnprocessableEntity).Json.ToJsonString();

        Assert.Contains("/connections/0/conversion_function", answer, StringComparison.Ordinal);
        Assert.Contains("/nodes/1/configurations/code", answer, StringComparison.Ordinal);
        Assert.Contains("invalid_code", answer, StringComparison.Ordinal);
    }

    private static JsonObject Coded(string code)
    {
        var document = Documents.Minimal("Code");
        document["nodes"]!.AsArray().Add(Documents.Node("code", "ACTION", "RUN_CODE", new() { ["code"] = code }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "code"));
        return document;
    }

    private static JsonNode Node(JsonObject execution, string id) =>
        execution["node_executions"]!.AsArray().Single(node => (string)node!["node_id"]! == id)!;

    private async Task<JsonObject> RunAsync(JsonObject document, JsonObject data)
    {
        var user = await api.NewUserAsync();
        var workflow = await user.CreatedAsync(document);
        var started = (await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject { ["data"] = data })).Expect(HttpStatusCode.Accepted).Json;
        JsonObject? read = null;
        await Eventually.AssertAsync(
            async () => (string?)(read = (await user.GetAsync($"{TestUser.Executions}/{started["execution_id"]}")).Json)["status"] is "SUCCESS" or "ERROR" or "TIMEOUT" or "CANCELED",
            TimeSpan.FromSeconds(60), "the execution ends");
        return read!;
    }
}
