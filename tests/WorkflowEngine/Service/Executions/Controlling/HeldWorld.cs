using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTeams.WorkflowEngine.Tests.Executions.Controlling;

/// <summary>An outside service that answers when it is told to, and knows which of its callers have hung up.</summary>
internal sealed class HeldWorld : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;
    private int _hungUp;

    private HeldWorld(WebApplication app) => _app = app;

    public string Address => _app.Urls.First() + "/hold";

    public int Calls => Volatile.Read(ref _calls);

    public int HungUp => Volatile.Read(ref _hungUp);

    public static async Task<HeldWorld> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var world = new HeldWorld(builder.Build());
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
        Interlocked.Increment(ref _calls);
        try
        {
            await _released.Task.WaitAsync(request.HttpContext.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _hungUp);
        }

        return Results.Json(new { ok = true });
    }
}
