using System.Text.Json.Nodes;

namespace AiTeams.Crash.Tests;

/// <summary>A workflow and how each of its executions has to end.</summary>
internal sealed record MixedWorkflow(string Name, string Status, JsonObject Document);

/// <summary>The mix: sequences, branches, loops, waits in memory and out of it, retries, failures, an execution whose time is up.</summary>
internal static class MixedWorkflows
{
    private const string Stop = "STOP_WORKFLOW_ON_ERROR";

    /// <param name="world">Address of the <see cref="RecordingServer"/>.</param>
    public static IReadOnlyList<MixedWorkflow> All(string world) =>
    [
        Workflow("sequence", "SUCCESS", [Say("a"), Call(world, "b"), Say("c"), Call(world, "d")],
            ["start>a", "a>b", "b>c", "c>d"]),
        Workflow("branches", "SUCCESS",
            [
                Call(world, "left"), Call(world, "right"), Delay("slow", 0.15), Node("join", "FLOW", "MERGE", []),
                Node("which", "FLOW", "IF", new() { ["condition_expression"] = "$trigger.data.n % 1 == 0" }), Say("yes"), Say("no"),
            ],
            ["start>left", "start>right", "start>slow", "left>join", "right>join", "slow>join", "join>which", "which>yes:true", "which>no:false"]),
        Workflow("loop", "SUCCESS",
            [Node("each", "FLOW", "FOR_EACH", new() { ["items_source"] = "[1,2,3,4]", ["concurrency"] = 2 }), Call(world, "body", "{{ $loop.index }}"), Say("end")],
            ["start>each", "each>body:iteration", "each>end:completed"]),
        Workflow("counting", "SUCCESS",
            [Node("while", "FLOW", "WHILE", new() { ["condition_expression"] = "$loop.index < 3" }), Delay("tick", 0.12), Say("end")],
            ["start>while", "while>tick:iteration", "while>end:completed"]),
        Workflow("long delay", "SUCCESS", [Delay("sleep", 2), Call(world, "call")], ["start>sleep", "sleep>call"]),
        Workflow("short delays", "SUCCESS", [Delay("a", 0.1), Delay("b", 0.13), Delay("c", 0.2), Say("end")], ["start>a", "a>b", "b>c", "c>end"]),
        Workflow("waiting", "SUCCESS",
            [
                Node("wait", "FLOW", "WAIT", new() { ["wait_condition"] = "now() >= $trigger.data.until", ["check_interval_seconds"] = 0.5 }),
                Call(world, "call"),
            ],
            ["start>wait", "wait>call:completed"]),
        Workflow("retries", "SUCCESS", [Call(world, "flaky", path: "flaky", retries: 4), Say("end")], ["start>flaky", "flaky>end"]),
        Workflow("failing", "ERROR", [Call(world, "broken", path: "broken", retries: 1), Say("never")], ["start>broken", "broken>never"]),
        Workflow("caught", "SUCCESS",
            [Call(world, "refused", path: "refused", retries: 0, onError: "CONTINUE_ERROR_OUTPUT_ON_ERROR"), Say("good"), Say("bad")],
            ["start>refused", "refused>good", "refused>bad:error"]),
        Workflow("time is up", "TIMEOUT", [Delay("sleep", 3600)], ["start>sleep"], new JsonObject { ["timeout"] = 2 }),
    ];

    private static MixedWorkflow Workflow(string name, string status, JsonObject[] nodes, string[] edges, JsonObject? settings = null)
    {
        var document = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["nodes"] = new JsonArray([Node("start", "TRIGGER", "MANUAL", []), .. nodes]),
            ["connections"] = new JsonArray([.. edges.Select(Edge)]),
        };
        if (settings is not null)
        {
            document["settings"] = settings;
        }

        return new MixedWorkflow(name, status, document);
    }

    private static JsonObject Say(string id) =>
        Node(id, "ACTION", "DATA_TRANSFORMATION", new() { ["operation"] = "custom", ["transformation_script"] = $"\"{id}\"" });

    private static JsonObject Delay(string id, double seconds) => Node(id, "FLOW", "DELAY", new() { ["duration_seconds"] = seconds });

    // The address names the node run, so the server can tell one from another whatever the key says.
    private static JsonObject Call(
        string world, string id, string iteration = "0", string path = "good", int retries = 3, string onError = Stop) =>
        Node(id, "ACTION", "HTTP_REQUEST", onError: onError, configurations: new()
        {
            ["method"] = "POST",
            ["url"] = $"{world}/{path}/{{{{ $trigger.data.n }}}}-{id}-{iteration}",
            ["body_type"] = "none",
            ["retry_attempts"] = retries,
            ["retry_backoff_seconds"] = 0.3,
            ["retry_jitter_seconds"] = 0.2,
        });

    private static JsonObject Node(string id, string type, string subtype, JsonObject configurations, string onError = Stop) => new()
    {
        ["id"] = id,
        ["name"] = id,
        ["description"] = id,
        ["type"] = type,
        ["subtype"] = subtype,
        ["configurations"] = configurations,
        ["on_error"] = onError,
        ["input_params"] = new JsonObject(),
        ["output_params"] = new JsonObject(),
    };

    // "from>to" or "from>to:port"
    private static JsonNode Edge(string edge, int number)
    {
        var (from, to) = (edge.Split('>')[0], edge.Split('>')[1].Split(':'));
        return new JsonObject
        {
            ["id"] = $"c{number}",
            ["from_node"] = from,
            ["to_node"] = to[0],
            ["output_key"] = to.Length > 1 ? to[1] : "result",
        };
    }
}
