using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AiTeams.ServiceDefaults.Errors;

/// <summary>The body of every error answer (RFC 9457).</summary>
public sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string? Detail,
    string Instance,
    string Code,
    string TraceId,
    IReadOnlyList<Problem> Errors)
{
    public const string ContentType = "application/problem+json";

    public static ProblemDocument From(ProblemException problem, HttpContext context) => new(
        $"https://aiteams.dev/problems/{problem.Code}",
        problem.Title,
        problem.Status,
        problem.Detail,
        context.Request.Path,
        problem.Code,
        Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier,
        problem.Problems);

    /// <summary>Answers with the problem. The response must not have started.</summary>
    public static Task WriteAsync(HttpContext context, ProblemException problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } after)
        {
            response.Headers.RetryAfter = ((int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Status == StatusCodes.Status401Unauthorized && !response.Headers.ContainsKey(HeaderNames.WWWAuthenticate))
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        return response.WriteAsJsonAsync(
            From(problem, context), ProblemJson.Default.ProblemDocument, ContentType, context.RequestAborted);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(IReadOnlyList<Problem>))]
internal sealed partial class ProblemJson : JsonSerializerContext;
