using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Hosting;

namespace AiTeams.Gateway.Accounts;

/// <summary>The product's problem document, with the members beside it that the Supabase Auth client reads.</summary>
internal static class AuthProblem
{
    public const string ApiVersionHeader = "X-Supabase-Api-Version";
    public const string ApiVersion = "2024-01-01";

    public static async Task WriteAsync(HttpContext context, ProblemException problem)
    {
        problem = AuthProblems.Translate(problem);
        context.Response.Headers[ApiVersionHeader] = ApiVersion;

        var body = (JsonObject)JsonSerializer.SerializeToNode(ProblemDocument.From(problem, context), JsonConventions.Options)!;
        body["error_code"] = problem.Code;
        body["msg"] = problem.Detail ?? problem.Title;
        if (problem.Code == "weak_password")
        {
            body["weak_password"] = new JsonObject { ["reasons"] = new JsonArray([.. problem.Problems.Select(p => (JsonNode)p.Code)]) };
        }

        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } after)
        {
            response.Headers.RetryAfter = ((int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        await response.WriteAsJsonAsync(body, JsonConventions.Options, ProblemDocument.ContentType, context.RequestAborted);
    }
}

/// <summary>Around every endpoint of /auth/v1: what is thrown inside is answered in this API's shape.</summary>
internal sealed class AuthProblemFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers[AuthProblem.ApiVersionHeader] = AuthProblem.ApiVersion;
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (ExceptionMapping.ToProblem(failure) is { } problem && !http.RequestAborted.IsCancellationRequested)
        {
            await AuthProblem.WriteAsync(http, problem);
            return Results.Empty;
        }
    }
}
