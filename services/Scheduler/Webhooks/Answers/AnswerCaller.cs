using System.Text.Json.Serialization;
using AiTeams.Scheduler.Firing;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Hosting;
using Grpc.Core;

namespace AiTeams.Scheduler.Webhooks.Answers;

/// <summary>
/// Tells the caller of a webhook what its trigger wants him told: that it was taken (202), what the workflow made of it (200), or its events as
/// they happen. Whatever goes wrong here, the delivery is on disk: the answer names the execution, and calling again with the same
/// Idempotency-Key starts nothing new.
/// </summary>
internal sealed class AnswerCaller(FollowRun follow, StreamRun stream, TimeProvider clock)
{
    private const string Success = "SUCCESS";
    private const string ExecutionAddress = "/api/v1/app/executions/";

    // What a workflow shows is not ours: it runs in an origin of its own, where no token of anybody lies.
    private const string Sandbox = "sandbox allow-forms allow-popups allow-scripts";

    /// <param name="ExecutionId">Null while no engine has taken the delivery.</param>
    /// <param name="Status">The execution's, or QUEUED.</param>
    /// <param name="DeliveryId">Of a queued delivery: with this as Idempotency-Key the caller can ask again.</param>
    public sealed record Accepted(
        string? ExecutionId, string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeliveryId = null);

    /// <param name="since">When the call arrived.</param>
    public Task HandleAsync(HttpContext context, WebhookSettings settings, Delivery delivery, FiringOutcome outcome, DateTimeOffset since) =>
        outcome.ExecutionId is not { } executionId ? AcceptAsync(context, new Accepted(null, outcome.Status, delivery.Id)) : settings.ResponseMode switch
        {
            ResponseMode.Immediately => AcceptAsync(context, new Accepted(executionId, outcome.Status)),
            ResponseMode.Stream => stream.HandleAsync(context, settings, delivery, executionId),
            ResponseMode.LastNode or ResponseMode.Node => AnswerAsync(context, settings, delivery, executionId, outcome, since),
        };

    private async Task AnswerAsync(
        HttpContext context, WebhookSettings settings, Delivery delivery, string executionId, FiringOutcome outcome, DateTimeOffset since)
    {
        var (status, output) = (outcome.Status, outcome.Output);
        if (output.IsEmpty && !(settings.ResponseMode == ResponseMode.LastNode && IsFailure(status)))
        {
            var left = settings.ResponseTimeout - (clock.GetUtcNow() - since);
            (status, output) = left <= TimeSpan.Zero
                ? (status, output)
                : await WaitAsync(settings, delivery, executionId, status, left, context.RequestAborted);
        }

        if (!output.IsEmpty)
        {
            await WriteAsync(context, settings.ResponseFormat, output);
            return;
        }

        if (IsFailure(status))
        {
            throw new ProblemException(
                StatusCodes.Status500InternalServerError, "execution_failed", "The workflow did not succeed", $"Execution {executionId} ended with {status}.");
        }

        await AcceptAsync(context, new Accepted(executionId, status), status == Success ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    /// <summary>Follows the execution to its end, or to the node that answers. Without either, when the time is over: how it stood at last.</summary>
    private async Task<(string Status, ReadOnlyMemory<byte> Output)> WaitAsync(
        WebhookSettings settings, Delivery delivery, string executionId, string status, TimeSpan left, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(left, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var userId = delivery.Trigger.UserId;
        try
        {
            await foreach (var item in follow.EventsAsync(userId, executionId, stop.Token))
            {
                if (settings.ResponseMode == ResponseMode.Node && item.Type == "node_completed" && item.NodeId == settings.ResponseNode
                    && await follow.OutputAsync(userId, executionId, item.NodeId, EventFields.Iteration(item), stop.Token) is { } answer)
                {
                    return (status, answer.Payload);
                }

                status = EventFields.StatusAfter(item) ?? status;
            }

            var (ended, output) = await follow.EndAsync(userId, executionId, stop.Token);
            return (ended, settings.ResponseMode == ResponseMode.Node ? default : output);
        }
        catch (Exception late) when (patience.IsCancellationRequested && late is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            return (status, default);
        }
    }

    private static bool IsFailure(string status) => status is "ERROR" or "TIMEOUT" or "CANCELED";

    private static Task AcceptAsync(HttpContext context, Accepted answer, int status = StatusCodes.Status202Accepted)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        if (answer.ExecutionId is { } executionId)
        {
            context.Response.Headers.Location = ExecutionAddress + executionId;
        }

        return context.Response.WriteAsJsonAsync(answer, JsonConventions.Options);
    }

    private static async Task WriteAsync(HttpContext context, ResponseFormat format, ReadOnlyMemory<byte> output)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (format == ResponseFormat.Json)
        {
            response.ContentType = "application/json; charset=utf-8";
            await response.Body.WriteAsync(output, context.RequestAborted);
            return;
        }

        response.ContentType = format == ResponseFormat.Html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Sandbox;
        await response.WriteAsync(OutputText.Of(output), context.RequestAborted);
    }
}
