using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AiTeams.Journeys.Tests;

/// <summary>Somebody who uses the platform through the gateway, as curl would.</summary>
internal sealed class Person(HttpClient http)
{
    public HttpClient Http => http;

    public static async Task<Person> SignUpAsync(Uri gateway)
    {
        var http = new HttpClient { BaseAddress = gateway };
        var answer = await http.PostAsJsonAsync(
            "/auth/v1/signup", new JsonObject { ["email"] = $"{Guid.NewGuid():N}@example.com", ["password"] = "correct horse battery" });
        var session = await ReadAsync(answer, HttpStatusCode.OK);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session["access_token"]!);
        return new Person(http);
    }

    public async Task<string> CreateAsync(JsonNode document)
    {
        var workflow = await ReadAsync(await http.PostAsJsonAsync("/api/v1/app/workflows", document), HttpStatusCode.Created);
        return (string)workflow["metadata"]!["id"]!;
    }

    public async Task<string> RunAsync(string workflowId, JsonNode? data = null)
    {
        var answer = await http.PostAsJsonAsync($"/api/v1/app/workflows/{workflowId}/executions", new JsonObject { ["data"] = data?.DeepClone() });
        return (string)(await ReadAsync(answer, HttpStatusCode.Accepted))["execution_id"]!;
    }

    public async Task<JsonNode> GetAsync(string path) => await ReadAsync(await http.GetAsync(path), HttpStatusCode.OK);

    /// <summary>The execution's events after a given id, to the end of the stream: (id, type, data).</summary>
    public async Task<List<(long Id, string Type, JsonNode Data)>> WatchAsync(string executionId, long? after = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/app/executions/{executionId}/events");
        if (after is { } id)
        {
            request.Headers.Add("Last-Event-ID", $"{id}");
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var events = new List<(long, string, JsonNode)>();
        var (at, type) = (0L, "");
        while (await lines.ReadLineAsync() is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["id", var text]:
                    at = long.Parse(text, null);
                    break;
                case ["event", var text]:
                    type = text;
                    break;
                case ["data", var text]:
                    events.Add((at, type, JsonNode.Parse(text)!));
                    break;
            }
        }

        return events;
    }

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} instead of {(int)expected}: {body}");
        return JsonNode.Parse(body)!;
    }
}
