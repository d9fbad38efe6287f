using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Tests;

/// <summary>
/// Writes workflow documents in a line or two. A connection reads <c>from -> to</c> or <c>from.port -> to</c>. Nodes are called by
/// their ids.
/// </summary>
internal sealed class Draft
{
    private readonly List<JsonData> _nodes = [];
    private readonly List<JsonData> _connections = [];
    private readonly JsonObjectBuilder _extras = new();

    /// <summary>A draft that begins with the manual trigger <c>start</c>.</summary>
    public static Draft Manual() => new Draft().Node("start", "TRIGGER.MANUAL");

    public Draft Node(string id, string kind, string configurations = "{}", string extras = "{}")
    {
        var (type, subtype) = (kind.Split('.')[0], kind.Split('.')[1]);
        _nodes.Add(JsonData.Object(
            ("id", id), ("name", id), ("description", "d"), ("type", type), ("subtype", subtype),
            ("configurations", JsonData.Parse(configurations)), ("max_retries", 0)).Overlay(JsonData.Parse(extras)));
        return this;
    }

    /// <summary>A node that is over at once and hands on what it got.</summary>
    public Draft Step(string id, string extras = "{}") => Node(id, "FLOW.MERGE", extras: extras);

    /// <summary>A node that hands on what it got, with a verdict, on its port <c>true</c>; unlike a MERGE it ends no loop.</summary>
    public Draft Pass(string id, string extras = "{}") => Node(id, "FLOW.IF", """{"condition_expression":"true"}""", extras);

    public Draft Connect(params string[] connections)
    {
        foreach (var connection in connections)
        {
            var ends = connection.Split("->", StringSplitOptions.TrimEntries);
            var from = ends[0].Split('.');
            _connections.Add(JsonData.Object(
                ("id", $"c{_connections.Count + 1}"), ("from_node", from[0]), ("to_node", ends[1]),
                ("output_key", from.Length > 1 ? from[1] : "result")));
        }

        return this;
    }

    /// <summary>A connection whose payload a JavaScript function reshapes.</summary>
    public Draft Convert(string connection, string function)
    {
        Connect(connection);
        _connections[^1] = _connections[^1].With("conversion_function", function);
        return this;
    }

    public Draft With(string name, string json)
    {
        _extras.Set(name, JsonData.Parse(json));
        return this;
    }

    public JsonData ToJson() => JsonData.Object(
        ("metadata", JsonData.Object(("name", "Draft"))), ("nodes", JsonData.Array(_nodes)), ("connections", JsonData.Array(_connections)))
        .Overlay(_extras.Build());

    public ValidationResult Validate() => WorkflowValidator.Validate(ToJson());

    public CompiledWorkflow Compile()
    {
        var result = Validate();
        Assert.True(result.IsValid, string.Join("\n", result.Errors));
        return CompiledWorkflow.Compile(result.Document!);
    }
}
