using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Tests.Definitions;

namespace AiTeams.WorkflowEngine.Tests.Executions.Controlling;

/// <summary>What tests of control do with executions, over HTTP.</summary>
internal static class Runs
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>start -> call -> sleep (an hour) -> after, or less of it.</summary>
    public static JsonObject Calling(string address, bool sleeps = false, double seconds = 3600)
    {
        var document = Documents.Minimal("Calling");
        document["nodes"]!.AsArray().Add(Documents.Node("call", "ACTION", "HTTP_REQUEST", new() { ["method"] = "POST", ["url"] = address }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "call"));
        return sleeps ? Sleeping(document, "call", seconds) : After(document, "call");
    }

    /// <summary>start -> sleep -> after.</summary>
    public static JsonObject Sleeping(double seconds = 3600) => Sleeping(Documents.Minimal("Sleeping"), "start", seconds);

    /// <summary>start -> ask (waits an hour for a signal) -> after by completed, late by timeout.</summary>
    public static JsonObject Asking(string type = "event", JsonObject? more = null)
    {
        var document = Documents.Minimal("Asking");
        var configuration = more ?? [];
        configuration["wait_type"] = type;
        configuration["timeout_seconds"] = 3600;
        document["nodes"]!.AsArray().Add(Documents.Node("ask", "FLOW", "WAIT", configuration));
        document["nodes"]!.AsArray().Add(Documents.Node("late", "FLOW", "MERGE"));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "ask"));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", "ask", "late", "timeout"));
        return After(document, "ask", "completed");
    }

    public static Task<Answer> ControlAsync(this TestUser user, string execution, string verb) =>
        user.SendAsync(HttpMethod.Post, $"{TestUser.Executions}/{execution}/{verb}");

    public static async Task<string> StartedAsync(this TestUser user, JsonNode document)
    {
        var workflow = await user.CreatedAsync(document);
        var started = await user.SendAsync(HttpMethod.Post, $"{TestUser.Workflows}/{workflow}/executions", new JsonObject());
        return (string)started.Expect(HttpStatusCode.Accepted).Json["execution_id"]!;
    }

    public static async Task<JsonObject> ReadAsync(this TestUser user, string execution) =>
        (await user.GetAsync($"{TestUser.Executions}/{execution}")).Expect(HttpStatusCode.OK).Json;

    public static async Task<JsonObject> BecomesAsync(this TestUser user, string execution, string status)
    {
        JsonObject? read = null;
        await Eventually.AssertAsync(
            async () => (string?)(read = await user.ReadAsync(execution))["status"] == status, Patience, $"the execution becomes {status}");
        return read!;
    }

    public static async Task CallsAsync(this HeldWorld world, int calls) =>
        await Eventually.AssertAsync(() => world.Calls >= calls, Patience, "the call has reached the outside");

    public static string StatusOf(this JsonObject execution, string node) =>
        execution["node_executions"]!.AsArray().Where(row => (string)row!["node_id"]! == node).Select(row => (string)row!["status"]!).SingleOrDefault("no row");

    private static JsonObject Sleeping(JsonObject document, string from, double seconds)
    {
        document["nodes"]!.AsArray().Add(Documents.Node("sleep", "FLOW", "DELAY", new() { ["duration_seconds"] = seconds }));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", from, "sleep"));
        return After(document, "sleep");
    }

    private static JsonObject After(JsonObject document, string from, string port = "result")
    {
        document["nodes"]!.AsArray().Add(Documents.Node("after", "FLOW", "MERGE"));
        document["connections"]!.AsArray().Add(Documents.Connection("c3", from, "after", port));
        return document;
    }
}
