extern alias Gateway;
extern alias Scheduler;
extern alias WorkflowEngine;

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Journeys.Tests;

/// <summary>Webhooks called from outside, through the gateway, the scheduler and an engine.</summary>
public sealed class WebhookTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task Callers_get_what_the_trigger_says_they_get()
    {
        await environment.NewProcessAsync<WorkflowEngine::Program>();
        var (person, outside) = await environment.StartWebhooksAsync();

        var accepted = await Webhooks.DeployAsync(person, new JsonObject());
        using (var answer = await outside.PostAsJsonAsync(accepted, new { order = 17 }))
        {
            var execution = (string)(await Person.ReadAsync(answer, HttpStatusCode.Accepted))["execution_id"]!;
            Assert.Equal("execution_completed", (await person.WatchAsync(execution))[^1].Type);
            Assert.Equal("WEBHOOK", (string)(await person.GetAsync($"/api/v1/app/executions/{execution}"))["mode"]!);
        }

        var last = await Webhooks.DeployAsync(person, new JsonObject { ["response_mode"] = "last_node" });
        using (var answer = await outside.PostAsync(last, Webhooks.Json($$"""{"order": 12345678901234567890.5, "deep": {{new string('[', 63)}}{{new string(']', 63)}}}""")))
        {
            Assert.Equal("12345678901234567890.5", Result(await Person.ReadAsync(answer, HttpStatusCode.OK)));
        }

        // The engine forgets a run that waits longer than a moment: its end is seen by following it.
        var late = await Webhooks.DeployAsync(person, new JsonObject { ["response_mode"] = "last_node" }, seconds: 1.5);
        using (var answer = await outside.PostAsync(late, Webhooks.Json("""{"order": 12345678901234567890}""")))
        {
            Assert.Equal("12345678901234567890", Result(await Person.ReadAsync(answer, HttpStatusCode.OK)));
        }

        var named = await Webhooks.DeployAsync(person, new JsonObject { ["response_mode"] = "node", ["response_node"] = "say", ["response_format"] = "text" }, after: 600);
        using (var answer = await outside.PostAsync(named, Webhooks.Json("""{"order": "soon"}""")))
        {
            Assert.Equal("soon", await answer.Content.ReadAsStringAsync());
        }

        var streamed = await Webhooks.DeployAsync(person, new JsonObject { ["response_mode"] = "stream", ["allowed_methods"] = new JsonArray("GET") });
        var events = await outside.GetStringAsync(streamed + "?order=1");
        Assert.Matches("event: execution_started\n(.|\n)*event: node_output\ndata: .*\"node_id\":\"say\"(.|\n)*event: execution_completed\n", events);
        Assert.DoesNotContain("\"node_id\":\"hook\"", events, StringComparison.Ordinal);
    }

    private static string Result(JsonNode output) => output["transformed_data"] is { } result ? result.ToJsonString() : $"no result: {output.ToJsonString()}";
}
