using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Questions;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using Npgsql;
using static AiTeams.HumanInTheLoop.Links.PageHtml;

namespace AiTeams.HumanInTheLoop.Links;

/// <summary>
/// The page behind a link. GET and HEAD show and change nothing, however often a preview or a scanner fetches them; only POST decides. Browsers get HTML;
/// who asks for JSON gets it, and may send <c>{"response_data": …}</c>.
/// </summary>
internal sealed class AnswerPage(NpgsqlDataSource database, AnswerInteraction answers)
{
    private const long LongestForm = 2_000_000;

    public async Task ShowAsync(HttpContext context, string token)
    {
        Protect(context.Response);
        var found = await AnswerToken.FindAsync(database, token, context.RequestAborted);
        if (WantsJson(context.Request))
        {
            await context.Response.WriteAsJsonAsync(Describe(found ?? throw Problems.NotFound("question")), context.RequestAborted);
            return;
        }

        if (found is null)
        {
            await WriteAsync(context, 404, "No such question", "<h1>There is no such question</h1><p>The link is not complete, or what it was about is gone.</p>");
        }
        else if (found.Interaction.IsPending && !found.IsUsed && !found.IsExpired)
        {
            await WriteAsync(context, 200, found.Interaction.Question.Title, QuestionForm.Render(found.Interaction.Question, found.Interaction.TimeoutAt, null, []));
        }
        else
        {
            await WriteAsync(context, 200, found.Interaction.Question.Title, Closed(found));
        }
    }

    public async Task DecideAsync(HttpContext context, string token)
    {
        Protect(context.Response);
        var isJson = context.Request.HasJsonContentType();
        if (!isJson && !context.Request.HasFormContentType)
        {
            throw Problems.UnsupportedMediaType("The answer must be a form or application/json.");
        }

        var found = await AnswerToken.FindAsync(database, token, context.RequestAborted);
        if (isJson)
        {
            await DecideByJsonAsync(context, found ?? throw Problems.NotFound("question"));
        }
        else if (found is null)
        {
            await ShowAsync(context, token);
        }
        else
        {
            await DecideByFormAsync(context, found);
        }
    }

    private async Task DecideByJsonAsync(HttpContext context, AnswerToken token)
    {
        var data = await JsonBody.ReadAsync(context.Request, context.RequestAborted) is JsonObject body && body["response_data"] is { } given
            ? JsonSerializer.SerializeToElement(given)
            : throw Problems.Validation("required", "response_data is the answer.", "/response_data");
        await context.Response.WriteAsJsonAsync(await TakeAsync(token, data, context.RequestAborted), context.RequestAborted);
    }

    private async Task DecideByFormAsync(HttpContext context, AnswerToken token)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LongestForm;
        }

        var question = token.Interaction.Question;
        var form = await ReadAsync(context.Request);
        try
        {
            var receipt = await TakeAsync(token, FormAnswer.Read(question, form), context.RequestAborted);
            await WriteAsync(context, 200, question.Title, Thanks(question, receipt));
        }
        catch (ProblemException problem) when (problem.Status == 422)
        {
            await WriteAsync(context, 422, question.Title, QuestionForm.Render(question, token.Interaction.TimeoutAt, form, problem.Problems));
        }
        catch (ProblemException problem) when (problem.Status is 403 or 409)
        {
            await WriteAsync(context, problem.Status, question.Title, $"<h1>{Text(question.Title)}</h1><p role=\"alert\">{Text(problem.Detail)}</p>");
        }
    }

    private static async Task<IFormCollection> ReadAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (InvalidDataException broken)
        {
            throw Problems.BadRequest($"The form cannot be read: {broken.Message}", "invalid_form");
        }
    }

    private async Task<AnswerReceipt> TakeAsync(AnswerToken token, JsonElement data, CancellationToken cancellationToken)
    {
        if (token.IsExpired && token.Interaction.IsPending)
        {
            throw Problems.Conflict("This link is too old: ask for a new one.", "link_expired");
        }

        var responder = token.Responder;
        return await answers.HandleAsync(
            token.Interaction.Id, responder, data, responder.Platform, cancellationToken,
            also: async connection =>
            {
                await using var use = connection.CreateBatch();
                use.BatchCommands.Add(Statement.Of(AnswerToken.Use, Statement.Uuid(token.Id)));
                if (await use.ExecuteNonQueryAsync(cancellationToken) == 0)
                {
                    throw Problems.Conflict("This link has been used already.", "link_used");
                }
            });
    }

    private static string Thanks(Question question, AnswerReceipt receipt)
    {
        var outcome = receipt.Status == "pending" ? $"Noted. {receipt.Missing} more have to agree."
            : Answer.OccasionOf(question.Type, receipt.Outcome ?? "") switch
            {
                "approved" => "Approved. The run goes on.",
                "rejected" => "Rejected. The run has been told.",
                _ => "Thank you. The run goes on with your answer.",
            };
        return $"<h1>{Text(question.Title)}</h1><p role=\"status\">{Text(outcome)}</p><p class=\"about\">You can close this page.</p>";
    }

    private static string Closed(AnswerToken token)
    {
        var interaction = token.Interaction;
        var reason = interaction.IsPending
            ? token.IsUsed ? "You have answered; others have yet to." : "This link is too old: ask for a new one."
            : Conflicts.Ended(interaction).Detail;
        return $"<h1>{Text(interaction.Question.Title)}</h1><p role=\"status\">{Text(reason)}</p>";
    }

    private static object Describe(AnswerToken token)
    {
        var interaction = token.Interaction;
        var question = interaction.Question;
        return new
        {
            interaction_id = interaction.Id,
            interaction_type = question.Type,
            status = interaction.Status,
            outcome = interaction.Outcome,
            title = question.Title,
            description = question.Description,
            message = question.Message,
            content = question.Content,
            approval_options = question.Type == "approval" ? question.ApprovalOptions : null,
            input_fields = question.Type == "input" ? question.Fields : null,
            selection_options = question.Type == "selection" ? question.Options : null,
            review_criteria = question.Type == "review" ? question.Criteria : null,
            timeout_at = interaction.TimeoutAt,
            is_used = token.IsUsed,
        };
    }

    private static bool WantsJson(HttpRequest request) => request.GetTypedHeaders().Accept is { Count: > 0 } accepted
        && accepted.OrderByDescending(type => type.Quality ?? 1).First().MediaType.Value is { } first && first.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    // The address is the secret: it is not to be kept, passed on, framed or found.
    private static void Protect(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        response.Headers.ContentSecurityPolicy = Policy;
    }

    private static async Task WriteAsync(HttpContext context, int status, string title, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.WriteAsync(PageHtml.Page(title, body), context.RequestAborted);
        }
    }
}
