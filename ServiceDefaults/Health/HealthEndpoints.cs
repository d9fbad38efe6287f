using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AiTeams.ServiceDefaults.Health;

/// <summary>/health: can requests be served (readiness). /alive: would a restart help (liveness).</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health", async (HealthReports reports, HttpContext context) =>
            Answer(context, await reports.ReadyAsync(context.RequestAborted))).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/alive", async (HealthReports reports, HttpContext context) =>
            Answer(context, await reports.LiveAsync(context.RequestAborted))).AllowAnonymous().ExcludeFromDescription();
    }

    private static JsonHttpResult<HealthDocument> Answer(HttpContext context, HealthReport report)
    {
        context.Response.Headers.CacheControl = "no-store";
        var body = new HealthDocument(
            Text(report.Status),
            report.Entries.ToDictionary(entry => entry.Key, entry => new HealthDocument.Check(Text(entry.Value.Status), entry.Value.Description)));
        return TypedResults.Json(
            body,
            HealthJson.Default.HealthDocument,
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static string Text(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        HealthStatus.Unhealthy => "unhealthy",
    };
}

internal sealed record HealthDocument(string Status, IReadOnlyDictionary<string, HealthDocument.Check> Checks)
{
    internal sealed record Check(string Status, string? Description);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthDocument))]
internal sealed partial class HealthJson : JsonSerializerContext;
