using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Links;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.HumanInTheLoop.Inbox;

/// <summary>The inbox: what one is asked, and what one says to it.</summary>
internal static class InboxEndpoints
{
    public static IServiceCollection AddInbox(this IServiceCollection services) => services
        .AddSingleton<InboxAccess>().AddSingleton<ListInteractions>().AddSingleton<ReadInteraction>().AddSingleton<ManageInteraction>().AddSingleton<ListResponses>();

    public static IEndpointRouteBuilder MapInbox(this IEndpointRouteBuilder endpoints)
    {
        var app = endpoints.MapGroup("/api/v1/app").WithTags("People").RequireAuthorization("user");

        app.MapGet("/interactions", (HttpRequest request, Caller caller, ListInteractions list, CancellationToken cancellationToken) =>
                list.HandleAsync(request, caller, cancellationToken))
            .Named("ListInteractions", "List what is asked, newest first").WithQuery("status", "workflow_id", "priority", "limit", "cursor").ProducesProblems(422);

        app.MapGet("/interactions/{id}", (string id, Caller caller, ReadInteraction read, CancellationToken cancellationToken) =>
                read.HandleAsync(Id(id), caller, cancellationToken))
            .Named("ReadInteraction", "Read a question, its messages and what was said to it").ProducesProblems(404);

        app.MapPost("/interactions/{id}/respond", async (
                string id, HttpRequest request, Caller caller, InboxAccess access, AnswerInteraction answer, CancellationToken cancellationToken) =>
            {
                await access.RequireAsync(caller, Id(id), cancellationToken);
                var data = await BodyAsync(request, cancellationToken) is JsonObject body && body["response_data"] is { } given
                    ? JsonSerializer.SerializeToElement(given)
                    : throw Problems.Validation("required", "response_data is the answer.", "/response_data");
                return await answer.HandleAsync(Id(id), Responder.User(caller.UserId, caller.Email), data, "in_app", cancellationToken);
            })
            .Named("RespondToInteraction", "Answer a question; the first valid answer wins").Accepts<JsonObject>("application/json").ProducesProblems(403, 404, 409, 422);

        app.MapPost("/interactions/{id}/cancel", async (string id, HttpRequest request, Caller caller, ManageInteraction manage, CancellationToken cancellationToken) =>
                await manage.CancelAsync(Id(id), caller, Text(await BodyAsync(request, cancellationToken), "reason"), cancellationToken))
            .Named("CancelInteraction", "Withdraw a question; its node fails").Accepts<JsonObject>(isOptional: true, "application/json").ProducesProblems(403, 404, 409);

        app.MapPost("/interactions/{id}/claim", (string id, Caller caller, ManageInteraction manage, CancellationToken cancellationToken) =>
                manage.ClaimAsync(Id(id), caller, cancellationToken))
            .Named("ClaimInteraction", "Work on a question: nobody else may answer it").ProducesProblems(403, 404, 409);

        app.MapPost("/interactions/{id}/delegate", async (string id, HttpRequest request, Caller caller, ManageInteraction manage, CancellationToken cancellationToken) =>
                await manage.DelegateAsync(
                    Id(id), caller,
                    Guid.TryParse(Text(await BodyAsync(request, cancellationToken), "user_id"), out var user) ? user
                        : throw Problems.Validation("required", "user_id must be the id of a user (a UUID).", "/user_id"),
                    cancellationToken))
            .Named("DelegateInteraction", "Hand a question to another user").Accepts<JsonObject>("application/json").ProducesProblems(404, 409, 422);

        app.MapPost("/interactions/{id}/remind", (string id, Caller caller, ManageInteraction manage, CancellationToken cancellationToken) =>
                manage.RemindAsync(Id(id), caller, cancellationToken))
            .Named("RemindInteraction", "Remind everybody who was asked").ProducesProblems(403, 404, 409);

        app.MapPost("/interactions/{id}/link", (string id, Caller caller, AnswerLinks links, CancellationToken cancellationToken) =>
                links.CreateAsync(Id(id), caller, cancellationToken))
            .Named("LinkToInteraction", "A link that answers the question once, in the caller's name, without signing in").ProducesProblems(403, 404, 409);

        app.MapGet("/workflows/{workflowId}/hil-responses", (
                HttpRequest request, WorkflowId workflowId, Caller caller, ListResponses list, CancellationToken cancellationToken) =>
                list.HandleAsync(request, workflowId, caller, cancellationToken))
            .Named("ListHilResponses", "List what people wrote and how it was understood").WithQuery("status", "limit", "cursor").ProducesProblems(422);
        return endpoints;
    }

    private static Guid Id(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw Problems.NotFound("interaction");

    private static async Task<JsonNode?> BodyAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0 ? null : await JsonBody.ReadAsync(request, cancellationToken);

    private static string Text(JsonNode? body, string name) =>
        body is JsonObject fields && fields[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}
