using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace AiTeams.Demo;

/// <summary>The platform's public HTTP API, as far as the demo needs it.</summary>
internal sealed class Platform(HttpClient http)
{
    /// <summary>Where people reach it.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>Signs in, or up when the account does not exist yet.</summary>
    public async Task SignInAsync(string email, string password, CancellationToken cancellationToken)
    {
        var credentials = new JsonObject { ["email"] = email, ["password"] = password };
        var response = await http.PostAsJsonAsync("/auth/v1/token?grant_type=password", credentials, cancellationToken);
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
        {
            response = await http.PostAsJsonAsync("/auth/v1/signup", credentials, cancellationToken);
        }

        var session = await ReadAsync(response, cancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)session["access_token"]);
    }

    /// <summary>Creates the workflow, or gives the one of that name a new version. Returns its id.</summary>
    public async Task<string> SaveWorkflowAsync(JsonObject document, CancellationToken cancellationToken)
    {
        var name = (string)document["metadata"]!["name"]!;
        var found = await ReadAsync(await http.GetAsync($"/api/v1/app/workflows?q={Uri.EscapeDataString(name)}&limit=100", cancellationToken), cancellationToken);
        var existing = found["workflows"]!.AsArray().FirstOrDefault(w => (string?)w!["name"] == name);
        var saved = existing is null
            ? await http.PostAsJsonAsync("/api/v1/app/workflows", document, cancellationToken)
            : await http.PutAsJsonAsync($"/api/v1/app/workflows/{existing["id"]}", document, cancellationToken);
        var workflow = await ReadAsync(saved, cancellationToken);
        return (string)workflow["metadata"]!["id"]!;
    }

    public async Task<string> RunAsync(string workflowId, JsonObject data, CancellationToken cancellationToken)
    {
        var response = await http.PostAsJsonAsync(
            $"/api/v1/app/workflows/{workflowId}/executions", new JsonObject { ["data"] = data }, cancellationToken);
        return (string)(await ReadAsync(response, cancellationToken))["execution_id"]!;
    }

    public async Task<JsonNode> ReadExecutionAsync(string executionId, CancellationToken cancellationToken) =>
        await ReadAsync(await http.GetAsync($"/api/v1/app/executions/{executionId}", cancellationToken), cancellationToken);

    /// <summary>A link that answers what the workflow asks, without signing in; null when it asks nothing.</summary>
    public async Task<string?> LinkToAnswerAsync(string workflowId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(await http.GetAsync($"/api/v1/app/interactions?status=PENDING&workflow_id={workflowId}", cancellationToken), cancellationToken);
        if (found["interactions"]!.AsArray() is not [var asked, ..])
        {
            return null;
        }

        var link = await ReadAsync(await http.PostAsync($"/api/v1/app/interactions/{asked!["id"]}/link", null, cancellationToken), cancellationToken);
        return (string)link["url"]!;
    }

    /// <summary>The execution's events as they happen, to its end.</summary>
    public async IAsyncEnumerable<(string Type, JsonNode Data)> WatchAsync(
        string executionId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(
            $"/api/v1/app/executions/{executionId}/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var type = "";
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                type = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return (type, JsonNode.Parse(line[6..])!);
            }
        }
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(body)!
            : throw new HttpRequestException($"{(int)response.StatusCode} from {response.RequestMessage?.RequestUri}: {body}");
    }
}
