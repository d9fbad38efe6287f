using System.Text.Json.Nodes;
using AiTeams.Gateway.Documents;

namespace AiTeams.Gateway.Tests.Documents;

public sealed class DocumentMergeTests
{
    private const string Own = """
        { "paths": { "/own": {} }, "tags": [ { "name": "Own" } ], "components": { "schemas": { "Problem": { "type": "object" }, "Page": { "type": "array" } } } }
        """;

    [Fact]
    public void Only_reachable_paths_are_shown()
    {
        var document = Merge("""{ "paths": { "/open": { "get": {} }, "/internal": { "get": {} } } }""", path => path == "/open");

        Assert.Equal(["/own", "/open"], Keys(document["paths"]));
    }

    [Fact]
    public void Nobody_overwrites_a_path_that_is_there()
    {
        var document = Merge("""{ "paths": { "/own": { "get": {} } } }""");

        Assert.Equal("{}", document["paths"]!["/own"]!.ToJsonString());
    }

    [Fact]
    public void Equal_components_are_shared_and_different_ones_renamed_with_all_that_points_to_them()
    {
        var document = Merge("""
            {
              "paths": { "/a": { "get": { "responses": { "200": { "schema": { "$ref": "#/components/schemas/Page" } } } } } },
              "components": { "schemas": {
                "Problem": { "type": "object" },
                "Page": { "type": "object", "properties": { "next": { "anyOf": [ { "$ref": "#/components/schemas/Page" }, { "$ref": "#/components/schemas/Problem" } ] } } },
                "New": { "$ref": "#/components/schemas/Page" } } }
            }
            """);

        Assert.Equal(["New", "Page", "Problem", "WorkflowEnginePage"], Keys(document["components"]!["schemas"]).Order());
        Assert.Equal("array", (string?)document["components"]!["schemas"]!["Page"]!["type"]);
        const string Renamed = "#/components/schemas/WorkflowEnginePage";
        Assert.Equal(Renamed, (string?)document["paths"]!["/a"]!["get"]!["responses"]!["200"]!["schema"]!["$ref"]);
        Assert.Equal(Renamed, (string?)document["components"]!["schemas"]!["New"]!["$ref"]);
        var links = document["components"]!["schemas"]!["WorkflowEnginePage"]!["properties"]!["next"]!["anyOf"]!;
        Assert.Equal(Renamed, (string?)links[0]!["$ref"]);
        Assert.Equal("#/components/schemas/Problem", (string?)links[1]!["$ref"]);
    }

    [Fact]
    public void Tags_are_listed_once()
    {
        var document = Merge("""{ "tags": [ { "name": "Own" }, { "name": "Theirs" } ] }""");

        Assert.Equal(["Own", "Theirs"], document["tags"]!.AsArray().Select(tag => (string?)tag!["name"]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "paths": null, "components": null, "tags": null }""")]
    [InlineData("""{ "paths": [], "components": { "schemas": null }, "tags": {} }""")]
    public void A_document_without_content_changes_nothing(string other)
    {
        var document = Merge(other);

        Assert.Equal(["/own"], Keys(document["paths"]));
        Assert.Equal(["Problem", "Page"], Keys(document["components"]!["schemas"]));
    }

    private static JsonObject Merge(string other, Func<string, bool>? isReachable = null)
    {
        var document = (JsonObject)JsonNode.Parse(Own)!;
        DocumentMerge.Add(document, "workflow-engine", (JsonObject)JsonNode.Parse(other)!, isReachable ?? (_ => true));
        return document;
    }

    private static IEnumerable<string> Keys(JsonNode? node) => node!.AsObject().Select(member => member.Key);
}
