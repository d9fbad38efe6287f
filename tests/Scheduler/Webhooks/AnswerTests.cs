using System.Net;
using System.Text.Json.Nodes;

namespace AiTeams.Scheduler.Tests.Webhooks;

/// <summary>What the caller of a webhook is told of the run he started.</summary>
[Collection(SchedulerApi.Name)]
public sealed class AnswerTests(SchedulerApi api)
{
    private static readonly (string, string)[] Finished =
        [("execution_started", ""), ("node_started", "say"), ("node_completed", "hook"), ("node_completed", "say"), ("log", ""), ("node_completed", "last"), ("execution_completed", "")];

    [Theory]
    [InlineData("json", """{"a":12345678901234567890}""", "application/json", """{"a":12345678901234567890}""")]
    [InlineData("text", "\"h\\u00e9llo\"", "text/plain", "héllo")]
    [InlineData("text", """{"a":1}""", "text/plain", """{"a":1}""")]
    [InlineData("text", """{"success":true,"result":"made"}""", "text/plain", "made")]
    [InlineData("html", """{"text":"hi","html":"<b>hi</b>"}""", "text/html", "<b>hi</b>")]
    [InlineData("html", "\"<b>hi</b>\"", "text/html", "<b>hi</b>")]
    public async Task The_workflows_output_is_the_answer(string format, string output, string type, string expected)
    {
        var path = await DeployAsync($$"""{"response_mode": "last_node", "response_format": "{{format}}", "response_timeout_seconds": 7}""");
        using var playing = Play(new StubRun("SUCCESS") { EndsHere = true, Output = output });

        using var answer = await CallAsync(path);

        Assert.Equal((HttpStatusCode.OK, type, expected), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(7, api.Engine.Started.Values.Single(start => path.EndsWith(start.Request.WorkflowId, StringComparison.Ordinal)).Request.WaitSeconds);
        Assert.Equal(format != "json", answer.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public async Task A_run_that_ends_at_another_engine_is_followed_there()
    {
        var path = await DeployAsync("""{"response_mode": "last_node"}""");
        using var playing = Play(new StubRun("SUCCESS")
        {
            Events = Finished,
            Outputs = new Dictionary<string, string> { ["say"] = """{"result": 1}""", ["last"] = """{"result": {"big": 12345678901234567890}}""" },
            BreaksAfter = 3,
        });

        using var answer = await CallAsync(path);

        Assert.Equal((HttpStatusCode.OK, """{"big": 12345678901234567890}"""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("last_node", "ERROR", true)]
    [InlineData("last_node", "CANCELED", true)]
    [InlineData("last_node", "ERROR", false)]
    [InlineData("node", "ERROR", false)]
    public async Task A_run_that_fails_is_a_500_that_names_it_and_says_no_more(string mode, string status, bool endsHere)
    {
        var path = await DeployAsync($$"""{"response_mode": "{{mode}}", "response_node": "say"}""");
        using var playing = Play(new StubRun(status) { EndsHere = endsHere, Events = [("execution_started", ""), ("execution_failed", "")] });

        using var answer = await CallAsync(path);

        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.InternalServerError, "execution_failed"), (answer.StatusCode, (string)problem["code"]!));
        Assert.Matches($"^Execution exec_[0-9a-f]+ ended with {status}\\.$", (string)problem["detail"]!);
    }

    [Theory]
    [InlineData("last_node")]
    [InlineData("node")]
    public async Task Who_has_waited_long_enough_is_told_where_to_look(string mode)
    {
        var path = await DeployAsync($$"""{"response_mode": "{{mode}}", "response_node": "say", "response_timeout_seconds": 1}""");
        using var playing = Play(new StubRun("RUNNING") { Events = [("execution_started", ""), ("node_completed", "other"), ("execution_paused", "")] });

        using var answer = await CallAsync(path);

        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.Accepted, "PAUSED", $"/api/v1/app/executions/{body["execution_id"]}"), (answer.StatusCode, (string)body["status"]!, answer.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task The_named_node_answers_while_the_run_goes_on()
    {
        var path = await DeployAsync("""{"response_mode": "node", "response_node": "say"}""");
        using var playing = Play(new StubRun("RUNNING")
        {
            Events = [("execution_started", ""), ("node_completed", "hook"), ("node_completed", "say")],
            Outputs = new Dictionary<string, string> { ["say"] = """{"iteration": [1], "result": "now"}""" },
        });

        using var answer = await CallAsync(path);

        Assert.Equal((HttpStatusCode.OK, "\"now\""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_run_that_never_came_to_the_named_node_says_how_it_ended()
    {
        var path = await DeployAsync("""{"response_mode": "node", "response_node": "elsewhere"}""");
        using var playing = Play(new StubRun("SUCCESS") { Events = Finished, Outputs = new Dictionary<string, string> { ["last"] = """{"result": 1}""" } });

        using var answer = await CallAsync(path);

        Assert.Equal((HttpStatusCode.OK, "SUCCESS"), (answer.StatusCode, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"]!));
    }

    [Theory]
    [InlineData("", "execution_started, node_output say 1, node_output last {\"b\":2}, execution_completed")]
    [InlineData("last", "execution_started, node_output last {\"b\":2}, execution_completed")]
    public async Task A_stream_tells_what_nodes_gave_until_the_end_and_nothing_else(string only, string expected)
    {
        var path = await DeployAsync($$"""{"response_mode": "stream", "response_node": "{{only}}"}""");
        using var playing = Play(new StubRun("SUCCESS")
        {
            Events = Finished,
            Outputs = new Dictionary<string, string> { ["hook"] = """{"result": "what was sent"}""", ["say"] = """{"result": 1}""", ["last"] = """{"result": {"b":2}}""" },
            BreaksAfter = 5,
        });

        using var answer = await CallAsync(path);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var told = new List<string>();
        foreach (var frame in (await answer.Content.ReadAsStringAsync()).Split("\n\n").Where(frame => frame.Contains("data: ", StringComparison.Ordinal)))
        {
            var lines = frame.Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]);
            var data = JsonNode.Parse(lines["data"])!;
            told.Add(data["node_id"] is { } node ? $"{lines["event"]} {node} {data["output"]!.ToJsonString()}" : lines["event"]);
        }

        Assert.Equal(expected, string.Join(", ", told));
    }

    [Fact]
    public async Task A_caller_who_leaves_stops_nothing()
    {
        var path = await DeployAsync("""{"response_mode": "stream"}""");
        using var playing = Play(new StubRun("RUNNING") { Events = [("execution_started", "")] });
        var before = api.Engine.Started.Count;

        using (var request = new HttpRequestMessage(HttpMethod.Post, path))
        using (await api.Host.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(before + 1, api.Engine.Started.Count);
        }

        using var next = await api.Host.Client().GetAsync("/alive");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private Task<string> DeployAsync(string configuration) => api.DeployWebhookAsync(configuration);

    private Task<HttpResponseMessage> CallAsync(string path) => api.Host.Client().PostAsync(path, null);

    private Playing Play(StubRun run)
    {
        api.Engine.Play = _ => run;
        return new Playing(api.Engine);
    }

    private sealed class Playing(StubEngine engine) : IDisposable
    {
        public void Dispose() => engine.Play = null;
    }
}
