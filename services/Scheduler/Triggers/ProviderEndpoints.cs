using System.Text.Json.Nodes;
using AiTeams.Scheduler.GitHub;
using AiTeams.Scheduler.Mail;
using AiTeams.Scheduler.Slack;
using AiTeams.ServiceDefaults.ApiDescription;

namespace AiTeams.Scheduler.Triggers;

internal static class ProviderEndpoints
{
    public static IServiceCollection AddProviders(this IServiceCollection services) => services
        .AddSingleton<FireMatches>()
        .AddSingleton<TriggerType, GitHubTrigger>()
        .AddSingleton<ReceiveGitHub>()
        .AddSingleton<TriggerType, SlackTrigger>()
        .AddSingleton<AnswersToPeople>()
        .AddSingleton<ReceiveSlack>()
        .AddSingleton<TriggerType, EmailTrigger>()
        .AddSingleton<ReceiveMail>()
        .AddSingleton<LookIntoMailbox>()
        .AddSingleton<ReadMailboxes>()
        .AddHostedService(provider => provider.GetRequiredService<ReadMailboxes>());

    public static IEndpointRouteBuilder MapProviders(this IEndpointRouteBuilder endpoints)
    {
        var webhooks = endpoints.MapGroup("/api/v1/public/webhooks").WithTags("Webhooks").AllowAnonymous();

        webhooks.MapPost("/github", (HttpRequest request, ReceiveGitHub receive, CancellationToken cancellationToken) => receive.HandleAsync(request, cancellationToken))
            .Named("ReceiveGitHub", "Take a delivery of GitHub").Accepts<JsonObject>("application/json", "application/x-www-form-urlencoded")
            .Produces<DeliveryReceipt>(StatusCodes.Status202Accepted).Produces<DeliveryReceipt>().ProducesProblems(400, 413, 415, 422);

        webhooks.MapPost("/slack", (HttpRequest request, ReceiveSlack receive, CancellationToken cancellationToken) => receive.HandleAsync(request, cancellationToken))
            .Named("ReceiveSlack", "Take an event, an interaction or a slash command of Slack").Accepts<JsonObject>("application/json", "application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status200OK).ProducesProblems(400, 413, 415, 422);

        webhooks.MapPost("/email", (HttpRequest request, ReceiveMail receive, CancellationToken cancellationToken) => receive.HandleAsync(request, cancellationToken))
            .Named("ReceiveMail", "Take a message from a mail provider").Accepts<JsonObject>("application/json", "message/rfc822")
            .Produces<DeliveryReceipt>(StatusCodes.Status202Accepted).ProducesProblems(400, 413, 415, 422);

        return endpoints;
    }
}
