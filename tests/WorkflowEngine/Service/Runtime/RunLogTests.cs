using System.Net;
using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Tests.Definitions;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Runtime;

/// <summary>What a real run leaves in its log.</summary>
[Collection(DefinitionApi.Name)]
public sealed class RunLogTests(DefinitionApi api)
{
    // No regular expression either: what complains about it quotes it.
    private const string Secret = "hunter2-hunter2(";

    [Fact]
    public async Task A_run_is_told_with_progress_milestones_and_friendly_words()
    {
        var (_, _, lines) = await RunAsync(Shaping());

        Assert.Equal(["workflow_started", "step_completed", "step_completed", "workflow_completed"], lines.Select(EventType));
        Assert.Equal([null, 50m, 100m, 100m], lines.Select(line => (decimal?)line!["progress_percentage"]));
        Assert.Equal([null, 1, 2, 2], lines.Select(line => (int?)line!["step_number"]));
        Assert.Equal([true, false, false, true], lines.Select(line => (bool)line!["is_milestone"]!));
        Assert.All(lines, line => Assert.Equal("BUSINESS", (string)line!["category"]!));
        Assert.Equal("Smallest finished", (string)lines[^1]!["user_friendly_message"]!);
        Assert.NotNull(lines[^1]!["duration_seconds"]);
    }

    [Fact]
    public async Task At_debug_level_it_also_says_what_each_node_got_and_gave()
    {
        var (user, execution, lines) = await RunAsync(Shaping().With(LogLevel("debug")));

        Assert.Equal(
            ["workflow_started", "step_input", "step_output", "step_completed", "step_input", "data_processing", "step_completed", "workflow_completed"],
            lines.Select(EventType));
        Assert.Contains("shaped", lines[5]!["data"]!.ToJsonString(), StringComparison.Ordinal);
        var story = await user.Http.GetStringAsync($"{TestUser.Executions}/{execution}/events");
        Assert.Contains("event: node_output_update", story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_progress_only_beginning_end_and_what_went_wrong_are_written()
    {
        var (_, _, quiet) = await RunAsync(Shaping().With(document => document["settings"] = new JsonObject { ["save_execution_progress"] = false }));
        var (_, _, failed) = await RunAsync(Failing().With(LogLevel("ERROR")));

        Assert.Equal(["workflow_started", "workflow_completed"], quiet.Select(EventType));
        Assert.Equal(["workflow_started", "step_failed", "workflow_failed"], failed.Select(EventType));
    }

    [Fact]
    public async Task A_failure_that_ends_the_run_and_one_that_does_not_have_different_words()
    {
        var (_, _, ends) = await RunAsync(Failing());
        var (_, _, goesOn) = await RunAsync(Failing().With(document => document["nodes"]![1]!["on_error"] = "CONTINUE_ERROR_OUTPUT_ON_ERROR"));

        Assert.Equal(["step_failed", "workflow_failed"], ends.TakeLast(2).Select(EventType));
        Assert.Equal([7, 10], ends.TakeLast(2).Select(line => (int)line!["display_priority"]!));
        Assert.NotNull(ends[^1]!["data"]!["error_code"]);
        Assert.Equal(["step_error", "workflow_completed"], goesOn.TakeLast(2).Select(EventType));
    }

    [Theory]
    [InlineData("INFO")]
    [InlineData("DEBUG")]
    public async Task Secrets_of_the_workflow_are_in_none_of_its_lines(string level)
    {
        var (_, execution, lines) = await RunAsync(Failing().With(LogLevel(level)).With(document =>
        {
            document["nodes"]!.AsArray().Add(Documents.Node(
                "show", "ACTION", "DATA_TRANSFORMATION", new() { ["operation"] = "custom", ["transformation_script"] = "{ given: $vars.api_token, password: 'another one', tokens: 3 }" }));
            document["connections"]!.AsArray().Insert(0, Documents.Connection("c0", "start", "show"));
            document["connections"]![1]!["from_node"] = "show";
        }));

        var stored = await api.ScalarAsync<string>("SELECT string_agg(l::text, ' ') FROM workflow_execution_logs l WHERE execution_id = $1", execution);
        Assert.DoesNotContain(Secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("another one", stored, StringComparison.Ordinal);
        Assert.Contains(Secret, await api.ScalarAsync<string>("SELECT string_agg(n::text, ' ') FROM node_executions n WHERE execution_id = $1", execution), StringComparison.Ordinal);
        Assert.True(level == "INFO" || lines.Any(line => line!["data"]!.ToJsonString().Contains("***", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task However_much_a_node_gives_a_line_is_no_larger_than_ten_kilobytes()
    {
        var (_, execution, _) = await RunAsync(
            Shaping("""repeat("äöü\"", 20000)""").With(LogLevel("DEBUG")), new JsonObject { ["big"] = new string('ü', 50_000) });

        Assert.InRange(
            await api.ScalarAsync<int>(
                "SELECT max(octet_length(message) + octet_length(coalesce(user_friendly_message, '')) + octet_length(data::text)) FROM workflow_execution_logs WHERE execution_id = $1",
                execution),
            1_000, 10_240);
    }

    [Fact]
    public async Task Rounds_of_a_loop_are_set_apart_and_do_not_count_as_steps()
    {
        var document = Documents.Minimal().With(LogLevel("DEBUG"));
        document["nodes"]!.AsArray().Add(Documents.Node("loop", "FLOW", "LOOP", new() { ["loop_type"] = "for_range", ["start_value"] = 1, ["end_value"] = 3 }));
        document["nodes"]!.AsArray().Add(Documents.Node("body", "ACTION", "DATA_TRANSFORMATION", new() { ["operation"] = "custom", ["transformation_script"] = "1" }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "loop"));
        document["connections"]!.AsArray().Add(Documents.Connection("c2", "loop", "body", "iteration"));

        var (_, _, lines) = await RunAsync(document);

        Assert.Equal(
            "start loop body - body - body",
            string.Join(' ', lines.Where(line => EventType(line) is "separator" or "step_completed").Select(line => EventType(line) == "separator" ? "-" : (string)line!["node_id"]!)));
        Assert.Equal(3, lines.Count(line => (string?)line!["node_id"] == "body" && EventType(line) == "step_completed"));
        Assert.All(lines.Where(line => line!["total_steps"] is not null), line => Assert.Equal(2, (int)line!["total_steps"]!));
        Assert.Equal(100m, (decimal)lines[^1]!["progress_percentage"]!);
    }

    [Fact]
    public async Task A_log_level_there_is_not_is_refused() =>
        Assert.Contains(
            "invalid_value /settings/log_level",
            (await (await api.NewUserAsync()).CreateAsync(Shaping().With(LogLevel("LOUD")))).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed").Problems);

    private static JsonObject Shaping(string script = "\"shaped\"") => Documents.Minimal().With(document =>
    {
        document["nodes"]!.AsArray().Add(Documents.Node("shape", "ACTION", "DATA_TRANSFORMATION", new() { ["operation"] = "custom", ["transformation_script"] = script }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "shape"));
    });

    /// <summary>A node that fails when it runs, with a message that quotes the workflow's secret.</summary>
    private static JsonObject Failing() => Documents.Minimal().With(document =>
    {
        document["nodes"]!.AsArray().Add(Documents.Node("fail", "ACTION", "DATA_TRANSFORMATION", new() { ["operation"] = "custom", ["transformation_script"] = "regex('x', $vars.api_token)" }));
        document["connections"]!.AsArray().Add(Documents.Connection("c1", "start", "fail"));
        document["variables"] = new JsonObject { ["api_token"] = Secret };
    });

    private static Action<JsonObject> LogLevel(string level) => document => document["settings"] = new JsonObject { ["log_level"] = level };

    private static string EventType(JsonNode? line) => (string)line!["event_type"]!;

    private async Task<(TestUser User, string Execution, JsonArray Lines)> RunAsync(JsonObject document, JsonObject? data = null)
    {
        var user = await api.NewUserAsync();
        var answer = await user.SendAsync(
            HttpMethod.Post, $"{TestUser.Workflows}/{await user.CreatedAsync(document)}/executions", new JsonObject { ["data"] = data }, ("Prefer", "wait=30"));
        var execution = (string)answer.Expect(HttpStatusCode.OK).Json["execution_id"]!;
        return (user, execution, (await user.GetAsync($"{TestUser.Executions}/{execution}/logs?limit=500")).Expect(HttpStatusCode.OK).Json["logs"]!.AsArray());
    }
}
