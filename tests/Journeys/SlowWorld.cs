using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.Journeys.Tests;

/// <summary>An outside service that answers its calls only when it is told to, and remembers their idempotency keys.</summary>
internal sealed class SlowWorld : IAsyncDisposable
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    private SlowWorld(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public ConcurrentQueue<string> Keys { get; } = [];

    public Task FirstCall => _first.Task;

    public static async Task<SlowWorld> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var world = new SlowWorld(builder.Build());
        world._app.MapPost("/hold", world.HoldAsync);
        await world._app.StartAsync();
        return world;
    }

    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.DisposeAsync();
    }

    private async Task<IResult> HoldAsync(HttpRequest request)
    {
        Keys.Enqueue(request.Headers["Idempotency-Key"].ToString());
        _first.TrySetResult();
        await _released.Task.WaitAsync(request.HttpContext.RequestAborted);
        return Results.Json(new { ok = true });
    }
}
