using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

/// <summary>Every mistake is named where it is, all at once, and the same by saving and by asking.</summary>
[Collection(DefinitionApi.Name)]
public sealed class ValidationTests(DefinitionApi api)
{
    private const string Validate = $"{TestUser.Workflows}/validate";

    /// <summary>What is done to a valid document, and the problem it must give: "code pointer".</summary>
    public static TheoryData<string, string> Mistakes() => new()
    {
        { """{"metadata": null}""", "missing_field /metadata" },
        { """{"metadata": {"name": ""}}""", "empty_value /metadata/name" },
        { """{"metadata": {"name": 7}}""", "wrong_type /metadata/name" },
        { """{"metadata": {"name": "x", "icon_url": 7}}""", "wrong_type /metadata/icon_url" },
        { """{"metadata": {"name": "x", "tags": "one"}}""", "wrong_type /metadata/tags" },
        { """{"metadata": {"name": "x", "tags": ["a", 1]}}""", "wrong_type /metadata/tags/1" },
        { """{"active": "yes"}""", "wrong_type /active" },
        { """{"settings": {"timeout": 0}}""", "out_of_range /settings/timeout" },
        { """{"nodes": []}""", "no_nodes /nodes" },
        { """{"nodes": {}}""", "wrong_type /nodes" },
        { """{"nodes/2/id": "call"}""", "duplicate_node_id /nodes/2/id" },
        { """{"nodes/2/name": "Node_call"}""", "duplicate_node_name /nodes/2/name" },
        { """{"nodes/1/name": "Has Space"}""", "name_with_spaces /nodes/1/name" },
        { """{"nodes/1/type": "MAGIC"}""", "unknown_node_type /nodes/1/type" },
        { """{"nodes/1/subtype": "MAGIC"}""", "unknown_node_subtype /nodes/1/subtype" },
        { """{"nodes/1/type": "AI_AGENT", "nodes/1/subtype": "ANTHROPIC_CLAUDE"}""", "unsupported_subtype /nodes/1/subtype" },
        { """{"nodes/1/configurations": {"method": "GET"}}""", "missing_parameter /nodes/1/configurations/url" },
        { """{"nodes/1/configurations/method": "FETCH"}""", "invalid_parameter_value /nodes/1/configurations/method" },
        { """{"nodes/1/configurations/url": ""}""", "empty_parameter /nodes/1/configurations/url" },
        { """{"nodes/1/configurations/max_redirects": "many"}""", "invalid_parameter_type /nodes/1/configurations/max_redirects" },
        { """{"nodes/1/configurations/max_redirects": 21}""", "parameter_out_of_range /nodes/1/configurations/max_redirects" },
        { """{"nodes/1/configurations/url": "{{ $json. }}"}""", "invalid_expression /nodes/1/configurations/url" },
        { """{"nodes/1/configurations/url": "{{ $node[\"Nobody\"].x }}"}""", "unknown_node_reference /nodes/1/configurations/url" },
        { """{"nodes/2/configurations/condition_expression": "1 +"}""", "invalid_expression /nodes/2/configurations/condition_expression" },
        { """{"nodes/1/on_error": "SHRUG"}""", "invalid_value /nodes/1/on_error" },
        { """{"nodes/1/webhooks": [1]}""", "wrong_type /nodes/1/webhooks" },
        { """{"nodes/1/attached_nodes": ["start"]}""", "attached_nodes_not_allowed /nodes/1/attached_nodes" },
        { """{"connections/0/from_node": "nobody"}""", "unknown_node /connections/0/from_node" },
        { """{"connections/0/to_node": "start"}""", "self_loop /connections/0/to_node" },
        { """{"connections/1/id": "c1"}""", "duplicate_connection_id /connections/1/id" },
        { """{"connections/2/output_key": "maybe"}""", "unknown_output_key /connections/2/output_key" },
        { """{"connections/4/from_node": "merge", "connections/4/to_node": "call"}""", "cycle /connections/4/to_node" },
        { """{"triggers": ["nobody"]}""", "unknown_node /triggers/0" },
        { """{"triggers": ["call"]}""", "not_a_trigger /triggers/0" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_named_with_its_place(string changes, string expected)
    {
        var user = await api.NewUserAsync();
        var document = Documents.Branching();
        foreach (var (path, value) in JsonNode.Parse(changes)!.AsObject())
        {
            var steps = path.Split('/');
            var parent = steps[..^1].Aggregate((JsonNode)document, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
            parent[steps[^1]] = value?.DeepClone();
        }

        var refused = (await user.CreateAsync(document.DeepClone())).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Contains(expected, refused.Problems);
        Assert.All(refused.Json["errors"]!.AsArray(), problem => Assert.NotEmpty((string)problem!["message"]!));
        var asked = (await user.SendAsync(HttpMethod.Post, Validate, document)).Expect(HttpStatusCode.OK).Json;
        Assert.False((bool)asked["valid"]!);
        Assert.True(JsonNode.DeepEquals(refused.Json["errors"], WithoutNulls(asked["errors"]!)), asked.ToJsonString());
    }

    [Fact]
    public async Task All_mistakes_are_named_in_one_answer_with_the_node_they_are_in()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Branching("");
        document["nodes"]![1]!["configurations"] = new JsonObject { ["method"] = "FETCH" };
        document["nodes"]![3]!["subtype"] = "MAGIC";
        document["connections"]![0]!["to_node"] = "nobody";

        var refused = (await user.CreateAsync(document)).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(
            [
                "empty_value /metadata/name", "invalid_parameter_value /nodes/1/configurations/method", "missing_parameter /nodes/1/configurations/url",
                "unknown_node /connections/0/to_node", "unknown_node_subtype /nodes/3/subtype",
            ],
            refused.Problems.Order(StringComparer.Ordinal));
        var missing = refused.Json["errors"]!.AsArray().Single(problem => (string)problem!["code"]! == "missing_parameter")!;
        Assert.Equal("call", (string)missing["node_id"]!);
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM workflows WHERE user_id = $1", user.Id));
    }

    [Fact]
    public async Task Warnings_do_not_stand_in_the_way_and_are_told()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal();
        document["nodes"]!.AsArray().Add(Documents.Node("island", "FLOW", "DELAY", new() { ["duration_seconds"] = 1, ["invented"] = 2 }));

        var created = (await user.CreateAsync(document.DeepClone())).Expect(HttpStatusCode.Created).Json;

        Assert.Equal(
            ["unknown_parameter /nodes/1/configurations/invented", "unreachable_node /nodes/1/id"],
            created["warnings"]!.AsArray().Select(warning => $"{warning!["code"]} {warning["pointer"]}").Order(StringComparer.Ordinal));
        var asked = (await user.SendAsync(HttpMethod.Post, Validate, document)).Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)asked["valid"]!);
        Assert.Empty(asked["errors"]!.AsArray());
        Assert.Equal(2, asked["warnings"]!.AsArray().Count);
    }

    [Fact]
    public async Task Asking_stores_nothing()
    {
        var user = await api.NewUserAsync();

        (await user.SendAsync(HttpMethod.Post, Validate, Documents.Branching())).Expect(HttpStatusCode.OK);

        Assert.Empty((await user.GetAsync(TestUser.Workflows)).Json["workflows"]!.AsArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("not json")]
    [InlineData("{\"metadata\": {\"name\": \"x\"},}")]
    [InlineData("{\"metadata\": 1, \"metadata\": 2}")]
    [InlineData("{} {}")]
    [InlineData("// comment\n{}")]
    public async Task What_is_not_json_is_refused_as_such(string body)
    {
        var user = await api.NewUserAsync();

        foreach (var path in new[] { TestUser.Workflows, Validate })
        {
            var refused = (await user.SendTextAsync(HttpMethod.Post, path, body)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "malformed_json");
            Assert.Equal(["malformed_json"], refused.Problems);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"workflow\"")]
    [InlineData("42")]
    public async Task Json_that_is_no_object_is_no_workflow(string body)
    {
        var user = await api.NewUserAsync();

        var refused = (await user.SendTextAsync(HttpMethod.Post, TestUser.Workflows, body)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal(["malformed_document"], refused.Problems);
    }

    [Theory]
    [InlineData("\"a\\u0000b\"", "invalid_text /variables/value")]
    [InlineData("{\"a\\u0000b\": 1}", "invalid_text /variables/value/a\0b")]
    [InlineData("[1, \"\\ud800\"]", "invalid_text /variables/value/1")]
    [InlineData("1e400", "number_out_of_range /variables/value")]
    [InlineData("-1e999999999", "number_out_of_range /variables/value")]
    [InlineData("1.000000000000000000001e-99999", "number_out_of_range /variables/value")]
    public async Task What_postgres_cannot_hold_is_refused_and_not_a_fault(string value, string expected)
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal();
        document["variables"] = new JsonObject { ["value"] = "HERE" };

        var refused = await user.SendTextAsync(
            HttpMethod.Post, TestUser.Workflows, document.ToJsonString().Replace("\"HERE\"", value, StringComparison.Ordinal));

        refused.ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal([expected], refused.Problems);
    }

    [Fact]
    public async Task Numbers_at_the_edge_are_stored_as_they_were_written()
    {
        var user = await api.NewUserAsync();
        var body = Documents.Minimal().ToJsonString().Replace(
            "\"triggers\"", "\"variables\":{\"big\":9007199254740993,\"exact\":0.1234567890123456789012345,\"tiny\":1e-300},\"triggers\"", StringComparison.Ordinal);
        var id = (string)(await user.SendTextAsync(HttpMethod.Post, TestUser.Workflows, body)).Expect(HttpStatusCode.Created).Json["id"]!;

        var text = (await user.GetAsync($"{TestUser.Workflows}/{id}")).Text;

        Assert.Contains("\"big\": 9007199254740993", text, StringComparison.Ordinal);
        Assert.Contains("\"exact\": 0.1234567890123456789012345", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_no_column_holds_is_refused_before_the_database_does()
    {
        var user = await api.NewUserAsync();
        var document = Documents.Minimal("x", [.. Enumerable.Repeat(new string('t', 256), 101)]);
        document["metadata"]!["icon_url"] = new string('u', 501);
        document["nodes"]![0]!["id"] = new string('i', 256);

        var problems = (await user.CreateAsync(document)).Expect(HttpStatusCode.UnprocessableEntity).Problems;

        Assert.Contains("too_long /metadata/icon_url", problems);
        Assert.Contains("too_long /nodes/0/id", problems);
        Assert.Contains("too_many_tags /metadata/tags", problems);
        Assert.Contains("too_long /metadata/tags/100", problems);
    }

    [Fact]
    public async Task A_document_nested_too_deeply_is_refused()
    {
        var user = await api.NewUserAsync();
        var body = Documents.Minimal().ToJsonString().Replace(
            "\"triggers\"", $"\"deep\":{new string('[', 100)}{new string(']', 100)},\"triggers\"", StringComparison.Ordinal);

        (await user.SendTextAsync(HttpMethod.Post, TestUser.Workflows, body)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "malformed_json");
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        var user = await api.NewUserAsync();

        (await user.SendTextAsync(HttpMethod.Post, TestUser.Workflows, Documents.Minimal().ToJsonString(), "text/plain"))
            .ExpectProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    private static JsonNode WithoutNulls(JsonNode problems)
    {
        foreach (var problem in problems.AsArray())
        {
            foreach (var name in problem!.AsObject().Where(member => member.Value is null).Select(member => member.Key).ToList())
            {
                problem.AsObject().Remove(name);
            }
        }
        return problems;
    }
}
