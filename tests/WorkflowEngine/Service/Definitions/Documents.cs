using System.Text.Json.Nodes;

namespace AiTeams.WorkflowEngine.Tests.Definitions;

/// <summary>Workflow documents that tests start from.</summary>
internal static class Documents
{
    public static JsonObject Metadata(string name, params string[] tags) =>
        new() { ["name"] = name, ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) };

    public static JsonObject Node(string id, string type, string subtype, JsonObject? configurations = null) => new()
    {
        ["id"] = id,
        ["name"] = $"Node_{id}",
        ["description"] = $"does {subtype}",
        ["type"] = type,
        ["subtype"] = subtype,
        ["configurations"] = configurations ?? [],
        ["input_params"] = new JsonObject(),
        ["output_params"] = new JsonObject(),
    };

    public static JsonObject Connection(string id, string from, string to, string outputKey = "result") =>
        new() { ["id"] = id, ["from_node"] = from, ["to_node"] = to, ["output_key"] = outputKey };

    /// <summary>A trigger and nothing else: the smallest workflow.</summary>
    public static JsonObject Minimal(string name = "Smallest", params string[] tags) => new()
    {
        ["metadata"] = Metadata(name, tags),
        ["nodes"] = new JsonArray(Node("start", "TRIGGER", "MANUAL")),
        ["connections"] = new JsonArray(),
        ["triggers"] = new JsonArray("start"),
    };

    /// <summary>Start, IF, two branches, a merge, and a way for errors: every kind of connection there is without an agent.</summary>
    public static JsonObject Branching(string name = "Branching")
    {
        var call = Node("call", "ACTION", "HTTP_REQUEST", new() { ["method"] = "GET", ["url"] = "https://example.com/a?b=1" });
        call["position"] = new JsonObject { ["x"] = 120.5, ["y"] = -3 };
        call["on_error"] = "CONTINUE_ERROR_OUTPUT_ON_ERROR";
        call["max_retries"] = 7;
        call["retry_wait_time"] = 11;
        call["notes"] = "calls out";
        call["credentials"] = new JsonObject { ["token"] = "{{$placeholder}}" };
        call["webhooks"] = new JsonArray("one", "two");

        var wait = Node("wait", "FLOW", "DELAY", new() { ["duration_seconds"] = 0.5 });
        wait["disabled"] = true;

        return new JsonObject
        {
            ["metadata"] = Metadata(name, "a", "b"),
            ["nodes"] = new JsonArray(
                Node("start", "TRIGGER", "MANUAL"),
                call,
                Node("if", "FLOW", "IF", new() { ["condition_expression"] = "$json.ok == true" }),
                wait,
                Node("merge", "FLOW", "MERGE", new() { ["merge_strategy"] = "concatenate" })),
            ["connections"] = new JsonArray(
                Connection("c1", "start", "call"),
                Connection("c2", "call", "if"),
                Connection("c3", "if", "wait", "true"),
                Connection("c4", "if", "merge", "false"),
                Connection("c5", "wait", "merge"),
                Connection("c6", "call", "merge", "error")),
            ["triggers"] = new JsonArray("start"),
        };
    }

    public static JsonObject With(this JsonObject document, Action<JsonObject> change)
    {
        change(document);
        return document;
    }
}
