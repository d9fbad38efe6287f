using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.Crash.Tests;

/// <summary>One call as it arrived: the node run it was made for, by the caller's own account, and the key it carried.</summary>
internal sealed record RecordedCall(string NodeRun, string Key);

/// <summary>
/// The world outside. It remembers every call, takes its time, and fails now and then: how long and how often follows from the key, so a
/// repeated call meets the same world.
/// </summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private const int SlowestMilliseconds = 400;

    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private RecordingServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public ConcurrentQueue<RecordedCall> Calls { get; } = [];

    public static async Task<RecordingServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new RecordingServer(builder.Build());
        server._app.MapPost("/good/{run}", (HttpRequest request, string run) => server.AnswerAsync(request, run, failures: 0));
        server._app.MapPost("/flaky/{run}", (HttpRequest request, string run) => server.AnswerAsync(request, run, failures: 2));
        server._app.MapPost("/broken/{run}", (HttpRequest request, string run) => server.AnswerAsync(request, run, failures: int.MaxValue));
        server._app.MapPost("/refused/{run}", (HttpRequest request, string run) => server.AnswerAsync(request, run, failures: int.MaxValue, status: 404));
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpRequest request, string run, int failures, int status = 503)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        Calls.Enqueue(new RecordedCall(run, key));
        var luck = Luck(key);
        await Task.Delay(luck % SlowestMilliseconds, request.HttpContext.RequestAborted);

        var fails = failures == int.MaxValue ? failures : luck % (failures + 1);
        return _seen.AddOrUpdate(key, 1, static (_, count) => count + 1) <= fails ? Results.StatusCode(status) : Results.Json(new { ok = true });
    }

    // FNV-1a: the same in every run.
    private static int Luck(string key) => (int)(key.Aggregate(2166136261u, static (hash, character) => (hash ^ character) * 16777619u) & int.MaxValue);
}
