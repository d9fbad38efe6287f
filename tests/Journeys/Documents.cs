using System.Text.Json.Nodes;

namespace AiTeams.Journeys.Tests;

/// <summary>Workflow documents the journeys use.</summary>
internal static class Documents
{
    /// <summary>Start, wait that long, say so: three nodes.</summary>
    public static JsonObject Waiting(double seconds, string name = "Waiting") => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["nodes"] = new JsonArray(
            Node("start", "Start", "TRIGGER", "MANUAL", []),
            Node("wait", "Wait", "FLOW", "DELAY", new JsonObject { ["duration_seconds"] = seconds }),
            Node("say", "Say", "ACTION", "DATA_TRANSFORMATION", new JsonObject { ["operation"] = "custom", ["transformation_script"] = "\"done\"" })),
        ["connections"] = new JsonArray(Edge("c1", "start", "wait"), Edge("c2", "wait", "say")),
    };

    /// <summary>Start, fetch that address, and go one way or the other by its status code.</summary>
    public static JsonObject Fetching(string url, double backoff = 5) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "Fetching" },
        ["nodes"] = new JsonArray(
            Node("start", "Start", "TRIGGER", "MANUAL", []),
            Node("fetch", "Fetch", "ACTION", "HTTP_REQUEST", new JsonObject { ["method"] = "POST", ["url"] = url, ["body"] = "{{ $json.data }}", ["retry_backoff_seconds"] = backoff }),
            Node("good", "Good", "FLOW", "IF", new JsonObject { ["condition_expression"] = "$json.status_code == 200" }),
            Node("yes", "Yes", "ACTION", "DATA_TRANSFORMATION", Say("yes")),
            Node("no", "No", "ACTION", "DATA_TRANSFORMATION", Say("no"))),
        ["connections"] = new JsonArray(
            Edge("c1", "start", "fetch"), Edge("c2", "fetch", "good"), Edge("c3", "good", "yes", "true"), Edge("c4", "good", "no", "false")),
    };

    public static JsonObject Node(string id, string name, string type, string subtype, JsonObject configurations) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["description"] = name,
        ["type"] = type,
        ["subtype"] = subtype,
        ["configurations"] = configurations,
        ["input_params"] = new JsonObject(),
        ["output_params"] = new JsonObject(),
    };

    public static JsonObject Edge(string id, string from, string to, string port = "result") =>
        new() { ["id"] = id, ["from_node"] = from, ["to_node"] = to, ["output_key"] = port };

    private static JsonObject Say(string text) => new() { ["operation"] = "custom", ["transformation_script"] = $"\"{text}\"" };
}
