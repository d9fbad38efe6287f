using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AiTeams.Testing;

namespace AiTeams.Crash.Tests;

/// <summary>Asks as a client does that means it: the same request again, at the other engine, until one of them has answered.</summary>
internal sealed class PersistentClient(IReadOnlyList<ServiceProcess> engines, Guid user)
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    // A frozen engine takes a request and says nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient[] _clients = [.. engines.Select(engine => WithPatience(engine.ClientOf(user)))];

    /// <summary>Starts one execution, with a key of its own. Returns its id.</summary>
    public async Task<string> StartAsync(string workflowId, int number)
    {
        var body = new JsonObject
        {
            ["data"] = new JsonObject { ["n"] = number, ["until"] = DateTimeOffset.UtcNow.AddSeconds(1.5).ToUnixTimeMilliseconds() },
        };
        var (status, answer) = await AskAsync($"/api/v1/app/workflows/{workflowId}/executions", number, body, $"crash-{number}");
        Assert.True(status == HttpStatusCode.Accepted, $"{(int)status}: {answer}");
        return (string)answer["execution_id"]!;
    }

    /// <summary>Cancels it; returns when it is canceled.</summary>
    public async Task CancelAsync(string execution, int number)
    {
        for (var turn = number; ; turn++)
        {
            var (status, answer) = await AskAsync($"/api/v1/app/executions/{execution}/cancel", turn);
            if (status == HttpStatusCode.OK)
            {
                return;
            }

            Assert.True(status == HttpStatusCode.Accepted, $"{(int)status}: {answer}");       // not decided yet
            await Task.Delay(BetweenAttempts);
        }
    }

    /// <summary>Pauses it, and lets it go on a while later, unless it has ended. Returns when it has; says whether it ever stood still.</summary>
    public async Task<bool> PauseAndResumeAsync(string execution, int number, TimeSpan pause)
    {
        var (status, answer) = (HttpStatusCode.Accepted, new JsonObject());
        for (var turn = number; status == HttpStatusCode.Accepted; turn++)
        {
            (status, answer) = await AskAsync($"/api/v1/app/executions/{execution}/pause", turn);
        }

        var isPaused = status == HttpStatusCode.OK;
        Assert.True(isPaused || (string?)answer["code"] == "execution_ended", $"{(int)status}: {answer}");
        await Task.Delay(isPaused ? pause : TimeSpan.Zero);

        // More than once: a pause that an engine took just before it froze becomes true when it wakes up.
        for (var turn = number; (string?)answer["code"] != "execution_ended"; turn++)
        {
            (status, answer) = await AskAsync($"/api/v1/app/executions/{execution}/resume", turn);
            Assert.True(
                status is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.Conflict, $"{(int)status}: {answer}");
            await Task.Delay(pause);
        }

        return isPaused;
    }

    private async Task<(HttpStatusCode Status, JsonObject Answer)> AskAsync(string path, int first, JsonObject? body = null, string? key = null)
    {
        for (var turn = first; ; turn++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            try
            {
                using var answer = await _clients[turn % _clients.Length].SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    return (answer.StatusCode, JsonNode.Parse(text)!.AsObject());
                }
            }
            catch (Exception ex) when (ex is HttpRequestException or OperationCanceledException)
            {
                // that engine is dead, frozen or ending: the other one is asked
            }

            await Task.Delay(BetweenAttempts);
        }
    }

    private static HttpClient WithPatience(HttpClient client)
    {
        client.Timeout = Patience;
        return client;
    }
}
