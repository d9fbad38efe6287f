using System.Globalization;
using System.Security.Claims;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>
/// GET /executions/{id}/events as server-sent events (HTML standard, section 9.2): stored events first, then live ones, ended with the
/// execution. The id of each is its sequence, so a client that reconnects with Last-Event-ID misses nothing and gets nothing twice. Once
/// there is nothing left to tell the answer is 204, which is how a browser is told to stop reconnecting.
/// </summary>
internal sealed class StreamExecutionEvents(ExecutionEventLog log, IHostApplicationLifetime lifetime, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>Seconds a client may leave what was sent to it unread before the server hangs up; it holds no more than a page of events until then.</summary>
    public const string PatienceSetting = "WorkflowEngine:Events:SlowReaderSeconds";

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(configuration.GetValue(PatienceSetting, 30));
    private static readonly byte[] Beginning = "retry: 2000\n\n"u8.ToArray();
    private static readonly byte[] StillHere = ": still here\n\n"u8.ToArray();

    public async Task HandleAsync(HttpContext context, Caller caller, string executionId)
    {
        var after = LastEventId(context.Request);
        using var expiry = new CancellationTokenSource(LifeOf(context.User), clock);
        using var unread = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping, expiry.Token, unread.Token);

        // Opened before the headers: an execution that is not there answers 404, not an empty stream.
        try
        {
            var start = await log.OpenAsync(caller, executionId, after, stop.Token);
            if (start is { HasEnded: true, Events.Count: 0 })
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            var response = context.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache, no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await SendAsync(Beginning);
            await foreach (var item in log.FollowAsync(caller, executionId, after, start, KeepAlive, stop.Token))
            {
                await SendAsync(item?.Frame ?? StillHere);
            }

            await response.CompleteAsync();
        }
        catch (OperationCanceledException) when (unread.IsCancellationRequested)
        {
            context.Abort();                              // ending it properly would mean waiting for the client to read
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client left, the token is no longer good, or the service stops: whoever still may reconnects with Last-Event-ID.
        }

        // Waits until the client has taken enough of what was sent before.
        async ValueTask SendAsync(ReadOnlyMemory<byte> frame)
        {
            unread.CancelAfter(_patience);
            await context.Response.Body.WriteAsync(frame, stop.Token);
            await context.Response.Body.FlushAsync(stop.Token);
            unread.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    // A token opens the stream for as long as it would open anything else.
    private TimeSpan LifeOf(ClaimsPrincipal user)
    {
        if (!long.TryParse(user.FindFirstValue("exp"), NumberStyles.None, CultureInfo.InvariantCulture, out var expires))
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(expires) - clock.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer;
    }

    private static long LastEventId(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].FirstOrDefault();
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw Problems.Validation([new Problem("invalid_header", "Last-Event-ID is the id of an event of this stream: a whole number.", "/headers/Last-Event-ID")]);
    }
}
