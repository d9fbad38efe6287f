using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.LocalHosting;

namespace AiTeams.AppHost.Tests.Running;

/// <summary>The product itself, as docs/operations.md starts it with two engines, one of which is killed.</summary>
public sealed class TwoEnginesTests : IDisposable
{
    private const string Link = "Decide here: ";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly string _folder = TestFolder.New();

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task What_runs_goes_on_when_one_of_them_is_killed_and_it_is_started_anew()
    {
        await using var host = HostProcess.Product(_folder, "--WorkflowEngine:Replicas=2", "--LocalHosting:Ports:gateway=0");
        await host.HealthyAsync(Limit);
        var engines = host.Running.Where(entry => entry.Name.StartsWith("workflow-engine-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, engines.Length);

        // The main job of the whole system: the sample runs by itself, waits for a person, and ends well.
        await Scenario.UntilAsync(() => Task.FromResult(host.Output.Contains(Link, StringComparison.Ordinal)), Limit, "the demo waits for somebody");
        var link = host.Output[(host.Output.IndexOf(Link, StringComparison.Ordinal) + Link.Length)..].Split('\n')[0].Trim();
        await ApprovingPerson.ApproveAsync(link);
        await Scenario.UntilAsync(() => Task.FromResult(host.Output.Contains("demo finished: ", StringComparison.Ordinal)), Limit, "the demo has finished");
        Assert.Contains("demo finished: SUCCESS", host.Output, StringComparison.Ordinal);
        Assert.Contains("\"shipped\":5,\"approved_by\":\"demo@aiteams.example\"", host.Output, StringComparison.Ordinal);

        using var client = await SignUpAsync(host.Gateway());
        var workflow = await PostAsync(client, "/api/v1/app/workflows", Sleeping());
        // A connection each, so that both have something to do.
        var executions = new List<string>();
        for (var number = 0; number < 8; number++)
        {
            executions.Add((string)(await PostAsync(client, $"/api/v1/app/workflows/{workflow["id"]}/executions", []))["execution_id"]!);
        }

        engines[0].Process.Signal(PosixSignalNumber.Kill);

        await Scenario.UntilAsync(
            async () => (await Task.WhenAll(executions.Select(id => StatusAsync(client, id)))).All(status => status == "SUCCESS"), Limit, "all executions end");
        await Scenario.UntilAsync(
            () => Task.FromResult(host.Running.Any(entry => entry.Name == engines[0].Name && entry.Process.IsAlive && entry.Process != engines[0].Process)),
            Limit, $"{engines[0].Name} is started anew");
    }

    private static async Task<HttpClient> SignUpAsync(string gateway)
    {
        var client = new HttpClient { BaseAddress = new Uri(gateway) };
        var session = await PostAsync(client, "/auth/v1/signup", new JsonObject { ["email"] = "two@example.com", ["password"] = "correct horse battery" });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session["access_token"]!);
        return client;
    }

    private static async Task<JsonObject> PostAsync(HttpClient client, string path, JsonObject body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    // What was asked of the one that was killed is answered 502 or 503.
    private static async Task<string?> StatusAsync(HttpClient client, string execution)
    {
        using var answer = await client.GetAsync(new Uri($"/api/v1/app/executions/{execution}", UriKind.Relative));
        return answer.IsSuccessStatusCode ? (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"] : null;
    }

    // Short enough to stay in the memory of the engine that has begun it, several times over.
    private static JsonObject Sleeping()
    {
        string[] ids = ["start", .. Enumerable.Range(1, 12).Select(number => $"nap{number}")];
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "Sleeping" },
            ["nodes"] = new JsonArray([.. ids.Select(id => new JsonObject
            {
                ["id"] = id,
                ["name"] = id,
                ["description"] = id,
                ["type"] = id == "start" ? "TRIGGER" : "FLOW",
                ["subtype"] = id == "start" ? "MANUAL" : "DELAY",
                ["configurations"] = id == "start" ? [] : new JsonObject { ["duration_seconds"] = 0.2 },
                ["input_params"] = new JsonObject(),
                ["output_params"] = new JsonObject(),
            })]),
            ["connections"] = new JsonArray([.. ids.Zip(ids.Skip(1), (from, to) => new JsonObject
            {
                ["id"] = $"{from}-{to}",
                ["from_node"] = from,
                ["to_node"] = to,
                ["output_key"] = "result",
            })]),
        };
    }
}
