extern alias Gateway;
extern alias Integrations;
extern alias WorkflowEngine;

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Journeys.Tests;

/// <summary>Watching a run through whichever gateway and engine there is.</summary>
public sealed class WatchingTests(TestEnvironment environment) : IClassFixture<TestEnvironment>
{
    private const int Steps = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_run_of_one_engine_is_watched_at_another_and_when_that_one_is_killed_elsewhere_each_event_once_and_in_order()
    {
        var runs = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var watches = await environment.NewProcessAsync<WorkflowEngine::Program>();
        var first = await environment.NewHostAsync<Gateway::Program>(Towards(runs));
        var second = await environment.NewHostAsync<Gateway::Program>(Towards(watches));
        var person = await Person.SignUpAsync(first.HttpAddress);
        var execution = await person.RunAsync(await person.CreateAsync(Steady()));

        using var elsewhere = new HttpClient { BaseAddress = second.HttpAddress };
        elsewhere.DefaultRequestHeaders.Authorization = person.Http.DefaultRequestHeaders.Authorization;
        var seen = new List<(long Id, string Type)>();
        await using (var stream = await EventStream.OpenAsync(elsewhere, execution))
        {
            await stream.ReadAsync(seen, until: () => seen.Count >= Steps / 2);
            await watches.KillAsync();
            await stream.ReadAsync(seen, until: static () => false);       // what was still under way, up to the cut
        }

        Assert.NotEqual("execution_completed", seen[^1].Type);
        await using (var stream = await EventStream.OpenAsync(person.Http, execution, after: seen[^1].Id))
        {
            await stream.ReadAsync(seen, until: static () => false);
        }

        Assert.Equal("execution_completed", seen[^1].Type);
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(id => (long)id), seen.Select(item => item.Id));
        Assert.Equal(Steps + 1, seen.Count(item => item.Type == "node_completed"));
    }

    [Fact]
    public async Task Nothing_between_the_engine_and_the_client_holds_events_back()
    {
        await using var world = await SlowWorld.StartAsync();
        await environment.HostAsync<Integrations::Program>();
        await environment.NewProcessAsync<WorkflowEngine::Program>();
        var person = await Person.SignUpAsync((await environment.NewHostAsync<Gateway::Program>()).HttpAddress);
        var execution = await person.RunAsync(await person.CreateAsync(Documents.Fetching($"{world.Address}/hold")));
        var seen = new List<(long Id, string Type)>();
        await using var stream = await EventStream.OpenAsync(person.Http, execution);

        // The world has not answered yet: all this can only have come while the run is under way.
        await stream.ReadAsync(seen, until: () => seen.Any(item => item.Type == "node_started"));
        Assert.DoesNotContain(seen, item => item.Type.StartsWith("execution_c", StringComparison.Ordinal));
        Assert.Null(stream.Encoding);

        world.Release();
        await stream.ReadAsync(seen, until: static () => false);
        Assert.Equal("execution_completed", seen[^1].Type);
    }

    private static ServiceOptions Towards(ServiceProcess engine) =>
        new() { Settings = new Dictionary<string, string> { ["services:workflow-engine:http:0"] = engine.HttpAddress.ToString() } };

    /// <summary>A long row of waits too short to leave the engine's memory.</summary>
    private static JsonObject Steady()
    {
        var document = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "Steady" },
            ["nodes"] = new JsonArray(Documents.Node("n0", "Start", "TRIGGER", "MANUAL", [])),
            ["connections"] = new JsonArray(),
        };
        for (var step = 1; step <= Steps; step++)
        {
            document["nodes"]!.AsArray().Add(Documents.Node($"n{step}", $"Step_{step}", "FLOW", "DELAY", new JsonObject { ["duration_seconds"] = 0.1 }));
            document["connections"]!.AsArray().Add(Documents.Edge($"c{step}", $"n{step - 1}", $"n{step}"));
        }

        return document;
    }

    private sealed class EventStream(HttpResponseMessage response, StreamReader lines) : IAsyncDisposable
    {
        private long _id;

        public string? Encoding => response.Content.Headers.ContentEncoding.FirstOrDefault();

        public static async Task<EventStream> OpenAsync(HttpClient http, string execution, long? after = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/app/executions/{execution}/events")
            {
                Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } },
            };
            request.Headers.AcceptEncoding.ParseAdd("gzip, br");
            if (after is { } id)
            {
                request.Headers.Add("Last-Event-ID", $"{id}");
            }

            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return new(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        /// <summary>Reads until then, or until the stream ends or breaks.</summary>
        public async Task ReadAsync(List<(long Id, string Type)> seen, Func<bool> until)
        {
            try
            {
                while (!until() && await lines.ReadLineAsync().WaitAsync(Patience) is { } line)
                {
                    switch (line.Split(": ", 2))
                    {
                        case ["id", var id]:
                            _id = long.Parse(id, null);
                            break;
                        case ["event", var type]:
                            seen.Add((_id, type));
                            break;
                    }
                }
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException)
            {
                // the other end is gone
            }
        }

        public ValueTask DisposeAsync()
        {
            lines.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
