extern alias Gateway;
extern alias WorkflowEngine;

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Journeys.Tests;

/// <summary>The way of a user through the gateway, and of those who stray from it.</summary>
public sealed class GatewayJourneyTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    [Fact]
    public async Task Sign_up_create_run_watch_and_read_the_logs()
    {
        var person = await Person.SignUpAsync(await StartAsync());
        var execution = await person.RunAsync(await person.CreateAsync(Documents.Waiting(seconds: 1)));

        var events = await person.WatchAsync(execution);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(id => (long)id), events.Select(e => e.Id));
        Assert.Equal("execution_started", events[0].Type);
        Assert.Equal("execution_completed", events[^1].Type);
        Assert.Contains(events, e => e.Type == "execution_paused");

        var resumed = await person.WatchAsync(execution, after: events[2].Id);
        Assert.Equal(events.Skip(3).Select(e => e.Id), resumed.Select(e => e.Id));

        var read = await person.GetAsync($"/api/v1/app/executions/{execution}");
        Assert.Equal("SUCCESS", (string?)read["status"]);
        Assert.Equal(["start", "wait", "say"], read["node_executions"]!.AsArray().Select(n => (string?)n!["node_id"]));
        var logs = await person.GetAsync($"/api/v1/app/executions/{execution}/logs?limit=100");
        Assert.Equal(events.Count, logs["logs"]!.AsArray().Count);
    }

    [Fact]
    public async Task Preferring_to_wait_gives_the_finished_execution()
    {
        var person = await Person.SignUpAsync(await StartAsync());
        var workflow = await person.CreateAsync(Documents.Waiting(seconds: 0.4));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/app/workflows/{workflow}/executions") { Headers = { { "Prefer", "wait=30" } } };
        using var answer = await person.Http.SendAsync(request);

        var execution = await Person.ReadAsync(answer, HttpStatusCode.OK);
        Assert.Equal("SUCCESS", (string?)execution["status"]);
        Assert.Equal("wait=30", answer.Headers.GetValues("Preference-Applied").Single());
    }

    [Fact]
    public async Task For_another_user_none_of_it_exists()
    {
        var gateway = await StartAsync();
        var owner = await Person.SignUpAsync(gateway);
        var workflow = await owner.CreateAsync(Documents.Waiting(seconds: 0.1));
        var execution = await owner.RunAsync(workflow);
        var stranger = await Person.SignUpAsync(gateway);

        foreach (var path in (string[])[$"workflows/{workflow}", $"workflows/{workflow}/versions", $"executions/{execution}", $"executions/{execution}/logs", $"executions/{execution}/events"])
        {
            await IsProblemAsync(await stranger.Http.GetAsync($"/api/v1/app/{path}"), HttpStatusCode.NotFound, "not_found");
        }

        await IsProblemAsync(await stranger.Http.PostAsync($"/api/v1/app/workflows/{workflow}/executions", null), HttpStatusCode.NotFound, "not_found");
        await IsProblemAsync(await stranger.Http.DeleteAsync($"/api/v1/app/workflows/{workflow}"), HttpStatusCode.NotFound, "not_found");
        await IsProblemAsync(await stranger.Http.PutAsync($"/api/v1/app/workflows/{workflow}", Json(Documents.Waiting(1).ToJsonString())), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Without_a_token_nothing_is_answered()
    {
        using var nobody = new HttpClient { BaseAddress = await StartAsync() };
        await IsProblemAsync(await nobody.GetAsync("/api/v1/app/workflows"), HttpStatusCode.Unauthorized, "unauthorized");
        await IsProblemAsync(await nobody.PostAsync("/api/v1/app/workflows", Json("{}")), HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task Every_mistake_of_a_document_is_listed_with_its_pointer()
    {
        var person = await Person.SignUpAsync(await StartAsync());
        var document = Documents.Waiting(1);
        var nodes = document["nodes"]!.AsArray();
        nodes[1]!["subtype"] = "NAP";
        nodes.Add(Documents.Node("fetch", "Fetch", "ACTION", "HTTP_REQUEST", new JsonObject { ["method"] = "GET" }));
        nodes.Add(Documents.Node("a", "A", "FLOW", "IF", new JsonObject { ["condition_expression"] = "true" }));
        nodes.Add(Documents.Node("b", "B", "FLOW", "IF", new JsonObject { ["condition_expression"] = "true" }));
        document["connections"]!.AsArray().Add(Documents.Edge("c8", "a", "b", "true"));
        document["connections"]!.AsArray().Add(Documents.Edge("c9", "b", "a", "true"));

        using var answer = await person.Http.PostAsync("/api/v1/app/workflows", Json(document.ToJsonString()));
        var problem = await IsProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "validation_failed");
        var pointers = problem["errors"]!.AsArray().Select(e => (string)e!["pointer"]!).ToArray();
        Assert.Contains("/nodes/1/subtype", pointers);
        Assert.Contains(pointers, p => p.StartsWith("/nodes/3/configurations", StringComparison.Ordinal));
        Assert.Contains(problem["errors"]!.AsArray(), e => ((string)e!["code"]!).Contains("cycle", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("")]
    [InlineData("[1, 2")]
    public async Task Garbage_is_named_as_such(string body)
    {
        var person = await Person.SignUpAsync(await StartAsync());
        await IsProblemAsync(await person.Http.PostAsync("/api/v1/app/workflows", Json(body)), HttpStatusCode.UnprocessableEntity, "malformed_json");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_with_413()
    {
        var person = await Person.SignUpAsync(await StartAsync());
        var body = new string(' ', 11 * 1024 * 1024) + "{}";
        await IsProblemAsync(await person.Http.PostAsync("/api/v1/app/workflows", Json(body)), HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<JsonNode> IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await Person.ReadAsync(answer, status);
        Assert.Equal(code, (string?)problem["code"]);
        return problem;
    }

    private async Task<Uri> StartAsync()
    {
        await environment.HostAsync<WorkflowEngine::Program>();
        return (await environment.HostAsync<Gateway::Program>()).HttpAddress;
    }
}
