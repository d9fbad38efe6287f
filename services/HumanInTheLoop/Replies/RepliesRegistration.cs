using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.ServiceDefaults.ApiDescription;

namespace AiTeams.HumanInTheLoop.Replies;

internal static class RepliesRegistration
{
    public static IServiceCollection AddReplies(this IServiceCollection services)
    {
        services.AddOptions<ReplySettings>().BindConfiguration(ReplySettings.Section);
        return services.AddSingleton<ReplyStore>().AddSingleton<ReplyRows>().AddSingleton<JudgeReply>().AddSingleton<Mailboxes>().AddSingleton<ReceiveSlack>()
            .AddDuty<ReadReplies>().AddDuty<ReadMailboxes>();
    }

    public static IEndpointRouteBuilder MapReplies(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/v1/public/hil/slack", (HttpRequest request, ReceiveSlack slack, CancellationToken cancellationToken) => slack.HandleAsync(request, cancellationToken))
            .WithTags("People").Named("ReceiveSlackAnswer", "What Slack posts: pressed buttons and messages in a question's thread").ProducesProblems(401, 413, 415, 422);
        return endpoints;
    }
}
