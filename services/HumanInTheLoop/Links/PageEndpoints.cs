using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.ServiceDefaults.ApiDescription;

namespace AiTeams.HumanInTheLoop.Links;

internal static class PageEndpoints
{
    private const string Path = "/api/v1/public/hil/{token}";

    public static IServiceCollection AddAnswerPage(this IServiceCollection services)
    {
        services.AddOptions<LinkSettings>().BindConfiguration(LinkSettings.Section);
        return services.AddSingleton<AnswerPage>().AddSingleton<AnswerLinks>();
    }

    public static IEndpointRouteBuilder MapAnswerPage(this IEndpointRouteBuilder endpoints)
    {
        var page = endpoints.MapGroup("").WithTags("People");
        page.MapMethods(Path, ["GET", "HEAD"], (HttpContext context, string token, AnswerPage answer) => answer.ShowAsync(context, token))
            .Named("ShowQuestion", "Show what a link asks; decides nothing").Produces(200, contentType: "text/html").ProducesProblems(404);
        page.MapPost(Path, (HttpContext context, string token, AnswerPage answer) => answer.DecideAsync(context, token))
            .Named("AnswerByLink", "Answer by a link; each link answers once").Accepts<JsonObject>("application/json", "application/x-www-form-urlencoded")
            .Produces<AnswerReceipt>().ProducesProblems(400, 403, 404, 409, 415, 422);
        return endpoints;
    }
}
