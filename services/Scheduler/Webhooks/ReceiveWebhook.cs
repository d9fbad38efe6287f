using AiTeams.Scheduler.Firing;
using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks.Answers;
using AiTeams.Scheduler.Webhooks.Bodies;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Signatures;

namespace AiTeams.Scheduler.Webhooks;

/// <summary>
/// A call of a webhook: who is called, whether the caller may, what was sent, and the execution it starts. One look-up in the database and one
/// call of the engine. Once the body is accepted the firing no longer depends on the caller staying there.
/// </summary>
internal sealed class ReceiveWebhook(TriggerLookup lookup, FireTrigger fire, AnswerCaller answer, TimeProvider clock)
{
    // The engine takes messages of 4 MiB; a MiB of control characters is six as JSON.
    private const int LongestData = 3_900_000;

    private const string DeliveryHeader = "Idempotency-Key";

    /// <summary>404 for a path nobody listens to, 405 with the methods that are allowed, 401, and 400, 413, 415 or 422 for a body that cannot be taken.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var (trigger, settings) = await FindAsync(request, context.RequestAborted);
        if (HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            // Link checkers and curious clients fire nothing.
            Allow(context, settings);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (!settings.AllowedMethods.Contains(request.Method))
        {
            Allow(context, settings);
            await ProblemDocument.WriteAsync(context, NotAllowed());
            return;
        }

        var now = clock.GetUtcNow();
        RequireProof(CallerProof.IsPlausible(settings, request.Headers, request.Query));
        var bytes = await RawBody.ReadAsync(request, context.RequestAborted);
        RequireProof(CallerProof.IsGiven(settings, request.Headers, request.Query, bytes.Span, now));

        var body = WebhookBody.Read(request.ContentType, bytes, settings.AcceptsAnyType);
        var delivery = new Delivery(trigger, DeliveryId(request.Headers), WebhookEvent.Of(settings, request, trigger.IndexKey, body, now))
        {
            Wait = settings.ResponseMode == ResponseMode.LastNode ? settings.ResponseTimeout : TimeSpan.Zero,
        };
        if (delivery.Json.Length > LongestData)
        {
            throw Problems.TooLarge("Written as JSON, what was sent is too long.");
        }

        var outcome = await fire.HandleAsync(delivery, CancellationToken.None);
        await answer.HandleAsync(context, settings, delivery, outcome, now);
    }

    private async Task<(DeployedTrigger Trigger, WebhookSettings Settings)> FindAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var path = WebhookPath.OneSpelling(request.Path.Value.AsSpan(Math.Min(WebhookPath.Address.Length, request.Path.Value?.Length ?? 0)));
        if (path is not null && await lookup.FindAsync(WebhookTrigger.Name, path, cancellationToken) is [var trigger, ..]
            && WebhookSettings.Read(trigger.Configuration) is { Faults: [] } read)
        {
            return (trigger, read.Settings);
        }

        throw Problems.NotFound("webhook");
    }

    private static void Allow(HttpContext context, WebhookSettings settings) =>
        context.Response.Headers.Allow = string.Join(", ", settings.AllowedMethods.Append("HEAD").Append("OPTIONS"));

    // Which part was wrong is nobody's business.
    private static void RequireProof(bool isGiven)
    {
        if (!isGiven)
        {
            throw Problems.Unauthorized("The caller is not the one this webhook listens to.");
        }
    }

    private static ProblemException NotAllowed() =>
        new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "The method is not allowed here", "This webhook listens to other methods.");

    /// <summary>What the sender calls the delivery; without a name each call is one of its own.</summary>
    private static string DeliveryId(IHeaderDictionary headers) =>
        headers[StandardWebhooks.IdHeader] is [{ Length: > 0 } id] ? id
        : headers[DeliveryHeader] is [{ Length: > 0 } key] ? key
        : Guid.CreateVersion7().ToString("N");
}
