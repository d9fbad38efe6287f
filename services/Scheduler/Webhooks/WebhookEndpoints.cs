using AiTeams.Scheduler.Triggers;
using AiTeams.Scheduler.Webhooks.Answers;
using AiTeams.ServiceDefaults.ApiDescription;

namespace AiTeams.Scheduler.Webhooks;

internal static class WebhookEndpoints
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<TriggerType, WebhookTrigger>()
        .AddSingleton<ReceiveWebhook>()
        .AddSingleton<AnswerCaller>()
        .AddSingleton<FollowRun>()
        .AddSingleton<StreamRun>();

    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder endpoints)
    {
        const string pattern = $"{WebhookPath.Address}/{{**path}}";
        foreach (var method in Methods)
        {
            endpoints.MapMethods(pattern, [method], static (HttpContext context, ReceiveWebhook receive) => receive.HandleAsync(context))
                .Named($"CallWebhookBy{method[0]}{method[1..].ToLowerInvariant()}", "Fire the webhook that listens to this path").WithTags("Webhooks").AllowAnonymous()
                .Produces<AnswerCaller.Accepted>(StatusCodes.Status202Accepted).ProducesProblems(400, 404, 405, 413, 415, 422, 500);
        }

        endpoints.MapMethods(pattern, ["HEAD", "OPTIONS"], static (HttpContext context, ReceiveWebhook receive) => receive.HandleAsync(context))
            .ExcludeFromDescription().AllowAnonymous();
        return endpoints;
    }
}
