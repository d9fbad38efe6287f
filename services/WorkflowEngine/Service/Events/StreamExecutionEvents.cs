using System.Globalization;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace AiTeams.WorkflowEngine.Events;

/// <summary>
/// GET /executions/{id}/events as server-sent events (HTML standard, section 9.2): stored events first, then live ones, ended with the
/// execution. The id of each is its sequence, so a client that reconnects with Last-Event-ID misses nothing and gets nothing twice.
/// </summary>
internal sealed class StreamExecutionEvents(ExecutionEventLog log, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public async Task HandleAsync(HttpContext context, Caller caller, string executionId)
    {
        var after = LastEventId(context.Request);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await using var events = log.FollowAsync(caller, executionId, after, KeepAlive, stop.Token).GetAsyncEnumerator(stop.Token);

        // The first step before the headers: an execution that is not there answers 404, not an empty stream.
        try
        {
            var more = await events.MoveNextAsync();
            var response = context.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache, no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            for (; more; more = await events.MoveNextAsync())
            {
                await response.WriteAsync(
                    events.Current is { } item ? $"id: {item.Sequence}\nevent: {item.Type}\ndata: {item.Data}\n\n" : ": still here\n\n", stop.Token);
                await response.Body.FlushAsync(stop.Token);
            }

            await response.CompleteAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the client left, or the service stops: the client reconnects with Last-Event-ID
        }
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
