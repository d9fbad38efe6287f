using System.Text.Json.Nodes;

namespace AiTeams.Crash.Tests;

/// <summary>What is asked of an execution while it is under way.</summary>
internal enum Interference
{
    None,
    Cancel,
    PauseAndResume,
}

/// <summary>A workflow and how each of its executions has to end.</summary>
internal sealed record MixedWorkflow(string Name, string Status, JsonObject Document)
{
    public Interference Interference { get; init; }

    /// <summary>How its nodes may end as well, beside how they end in a quiet run: "id:iteration:status" by id.</summary>
    public string? OtherNodeRuns { get; init; }
}

/// <summary>
/// The mix: sequences, branches, loops, waits in memory and out of it, retries, failures, an execution whose time is up, code in the sandbox,
/// a workflow that calls another one, and some that somebody cancels or pauses.
/// </summary>
internal static class MixedWorkflows
{
    private const string Stop = "STOP_WORKFLOW_ON_ERROR";

    /// <summary>What the workflow "calling" calls: a run that leaves memory and calls outside.</summary>
    public static JsonObject Child(string world) =>
        Workflow("called", "SUCCESS", [Delay("sleep", 1.3), Call(world, "call", run: "{{ $execution.id }}")], ["start>sleep", "sleep>call"]).Document;

    /// <param name="world">Address of the <see cref="RecordingServer"/>.</param>
    /// <param name="child">Id of the stored <see cref="Child"/>.</param>
    public static IReadOnlyList<MixedWorkflow> All(string world, string child) =>
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
        Workflow("retries", "SUCCESS", [Call(world, "flaky", path: "flaky", retries: 8), Say("end")], ["start>flaky", "flaky>end"]),
        Workflow("failing", "ERROR", [Call(world, "broken", path: "broken", retries: 1), Say("never")], ["start>broken", "broken>never"]),
        Workflow("caught", "SUCCESS",
            [Call(world, "refused", path: "refused", retries: 0, onError: "CONTINUE_ERROR_OUTPUT_ON_ERROR"), Say("good"), Say("bad")],
            ["start>refused", "refused>good", "refused>bad:error"]),
        Workflow("rounds", "SUCCESS",
            [
                Node("outer", "FLOW", "FOR_EACH", new() { ["items_source"] = "[1,2]", ["concurrency"] = 2 }),
                Node("inner", "FLOW", "LOOP", new() { ["loop_type"] = "for_range", ["start_value"] = 1, ["end_value"] = 3 }), Delay("tick", 0.1),
                Call(world, "call", "{{ $loop.index }}"), Say("end"),
            ],
            ["start>outer", "outer>inner:iteration", "inner>tick:iteration", "inner>call:completed", "outer>end:completed"]),
        Workflow("code", "SUCCESS",
            [
                Node("run", "ACTION", "RUN_CODE", onError: "CONTINUE_ERROR_OUTPUT_ON_ERROR", configurations: new()
                {
                    ["code"] = "const end = Date.now() + 60; while (Date.now() < end); return { n: $trigger.data.n }",
                    ["retry_attempts"] = 6,
                    ["retry_backoff_seconds"] = 0.3,
                }),
                Call(world, "good"), Say("bad"),
            ],
            ["start>run", "run>good", "run>bad:error"])
            with { OtherNodeRuns = "bad:0:SUCCESS good:0:SKIPPED run:0:ERROR start:0:SUCCESS" },
        Workflow("calling", "SUCCESS",
            [
                Node("sub", "FLOW", "SUB_WORKFLOW", new() { ["workflow_id"] = child, ["retry_attempts"] = 6, ["retry_backoff_seconds"] = 0.3 }),
                Call(world, "call"),
            ],
            ["start>sub", "sub>call"]),
        Workflow("canceled", "CANCELED", [Call(world, "before"), Delay("sleep", 3600), Call(world, "never")], ["start>before", "before>sleep", "sleep>never"])
            with { Interference = Interference.Cancel },
        Workflow("paused", "SUCCESS",
            [Call(world, "a"), Delay("sleep", 0.6), Call(world, "b"), Delay("nap", 0.15), Call(world, "c")],
            ["start>a", "a>sleep", "sleep>b", "b>nap", "nap>c"])
            with { Interference = Interference.PauseAndResume },
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
        string world, string id, string iteration = "0", string path = "good", int retries = 6, string onError = Stop, string run = "{{ $trigger.data.n }}") =>
        Node(id, "ACTION", "HTTP_REQUEST", onError: onError, configurations: new()
        {
            ["method"] = "POST",
            ["url"] = $"{world}/{path}/{run}-{id}-{iteration}",
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
