using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Catalog;
using AiTeams.WorkflowEngine.Core.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Catalog;

public sealed class NodeSchemaTests
{
    public static TheoryData<string, string> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, string>();
            foreach (var spec in NodeCatalog.All)
            {
                kinds.Add(spec.Type, spec.Subtype);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Examples_are_valid_by_the_schema_that_is_published(string type, string subtype)
    {
        var schema = Reread(type, subtype);

        Assert.All(schema["x-examples"]!.AsArray(), example => Assert.Empty(SchemaCheck.Violations(schema, Node(type, subtype, example!))));
        Assert.NotEmpty(schema["x-examples"]!.AsArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Defaults_are_valid_by_the_schema_that_is_published(string type, string subtype)
    {
        var configurations = Reread(type, subtype)["properties"]!["configurations"]!["properties"]!.AsObject();

        Assert.All(
            configurations.Where(parameter => parameter.Value!["default"] is not null),
            parameter => Assert.Empty(SchemaCheck.Violations(parameter.Value!.AsObject(), parameter.Value!["default"], parameter.Key)));
    }

    [Theory]
    [InlineData("FLOW", "DELAY", """{"duration_seconds": 90000}""", "/configurations/duration_seconds")]
    [InlineData("FLOW", "SORT", "{}", "/configurations/sort_field: missing")]
    [InlineData("ACTION", "HTTP_REQUEST", """{"url": "https://example.test", "method": "FETCH"}""", "/configurations/method")]
    [InlineData("TRIGGER", "WEBHOOK", """{"allowed_methods": ["HEAD"]}""", "/configurations/allowed_methods")]
    [InlineData("TRIGGER", "EMAIL", """{"server_config": {"port": 0}, "credentials": {}}""", "/configurations/server_config")]
    public void The_schema_notices_what_the_server_would_refuse(string type, string subtype, string configurations, string violation)
    {
        var node = Node(type, subtype, new JsonObject { ["configurations"] = JsonNode.Parse(configurations), ["input"] = new JsonObject() });

        Assert.Contains(SchemaCheck.Violations(Reread(type, subtype), node), found => found.StartsWith(violation, StringComparison.Ordinal));
    }

    /// <summary>As whoever reads the answer or the table sees it.</summary>
    private static JsonObject Reread(string type, string subtype) =>
        JsonNode.Parse(NodeSchema.Of(NodeCatalog.Find(type, subtype)!).ToJsonString())!.AsObject();

    private static JsonObject Node(string type, string subtype, JsonNode example) => new()
    {
        ["id"] = "n1",
        ["name"] = "Example",
        ["type"] = type,
        ["subtype"] = subtype,
        ["configurations"] = example["configurations"]!.DeepClone(),
        // A trigger has no inputs: what it is given comes with the event.
        ["input_params"] = type == NodeTypes.Trigger ? new JsonObject() : example["input"]!.DeepClone(),
    };
}
