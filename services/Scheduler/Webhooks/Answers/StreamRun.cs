using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.Scheduler.Firing;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace AiTeams.Scheduler.Webhooks.Answers;

/// <summary>
/// An execution as server-sent events (HTML standard, section 9.2) for the caller that started it: that it started, what its nodes gave, how it
/// ended. Only that: its log, its failures and what its nodes were asked are its owner's.
/// </summary>
internal sealed class StreamRun(FollowRun follow, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly byte[] StillHere = ": still here\n\n"u8.ToArray();

    public async Task HandleAsync(HttpContext context, WebhookSettings settings, Delivery delivery, string executionId)
    {
        using var expiry = new CancellationTokenSource(Longest, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, expiry.Token);
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            // Headers at once: the first event may take a while.
            await SendAsync(": hello\n\n"u8.ToArray());
            await using var events = follow.EventsAsync(delivery.Trigger.UserId, executionId, stop.Token).GetAsyncEnumerator(stop.Token);
            var next = events.MoveNextAsync().AsTask();
            while (await ArrivedAsync(next) is var arrived && (!arrived || await next))
            {
                if (!arrived)
                {
                    await SendAsync(StillHere);
                    continue;
                }

                if (await FrameAsync(settings, delivery, executionId, events.Current, stop.Token) is { } frame)
                {
                    await SendAsync(frame);
                }

                next = events.MoveNextAsync().AsTask();
            }
        }
        catch (Exception end) when (stop.IsCancellationRequested && end is OperationCanceledException or RpcException or IOException)
        {
            // The caller left, the hour is over or the service stops. The execution goes on.
        }

        async Task SendAsync(ReadOnlyMemory<byte> frame)
        {
            await response.Body.WriteAsync(frame, stop.Token);
            await response.Body.FlushAsync(stop.Token);
        }

        async Task<bool> ArrivedAsync(Task next)
        {
            try
            {
                await next.WaitAsync(KeepAlive, clock, stop.Token);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>?> FrameAsync(
        WebhookSettings settings, Delivery delivery, string executionId, ExecutionEvent item, CancellationToken cancellationToken)
    {
        if (EventFields.StatusAfter(item) is { } status)
        {
            return Frame(item.Sequence, item.Type, json =>
            {
                json.WriteString("execution_id", executionId);
                json.WriteString("status", status);
            });
        }

        // The trigger gives what the caller sent.
        if (item.Type != "node_completed" || item.NodeId == delivery.Trigger.NodeId || (settings.ResponseNode.Length > 0 && item.NodeId != settings.ResponseNode)
            || await follow.OutputAsync(delivery.Trigger.UserId, executionId, item.NodeId, EventFields.Iteration(item), cancellationToken) is not { } output)
        {
            return null;
        }

        return Frame(item.Sequence, "node_output", json =>
        {
            json.WriteString("execution_id", executionId);
            json.WriteString("node_id", output.NodeId);
            if (output.Iteration != 0)
            {
                json.WriteNumber("iteration", output.Iteration);
            }

            json.WritePropertyName("output");
            json.WriteRawValue(output.Payload.Span, skipInputValidation: true);
        });
    }

    private static ReadOnlyMemory<byte> Frame(long sequence, string name, Action<Utf8JsonWriter> data)
    {
        var frame = new ArrayBufferWriter<byte>(256);
        frame.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {sequence}\nevent: {name}\ndata: ")));
        using (var json = new Utf8JsonWriter(frame))
        {
            json.WriteStartObject();
            data(json);
            json.WriteEndObject();
        }

        frame.Write("\n\n"u8);
        return frame.WrittenMemory;
    }
}
