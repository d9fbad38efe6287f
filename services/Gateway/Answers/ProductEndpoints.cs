using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AiTeams.Gateway.Answers;

/// <summary>What anybody may know: is it there, and which version is it. In no layer: a probe must not run into a limit.</summary>
internal static class ProductEndpoints
{
    public static void MapProduct(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("/api/v1/public").AllowAnonymous().WithTags("Product");
        open.MapGet("/health", async (LatestHealth health, HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return await health.IsServingAsync()
                ? Results.Json(new ProductHealth("healthy"))
                : Results.Json(new ProductHealth("unhealthy"), statusCode: StatusCodes.Status503ServiceUnavailable);
        }).WithName("health").WithSummary("Can requests be served").Produces<ProductHealth>().Produces<ProductHealth>(503);

        open.MapGet("/version", () => new ProductVersion("AI Teams", Product.Version, "v1"))
            .WithName("version").WithSummary("The product's version and that of its API");
    }
}

/// <summary>At most a second old: however many strangers ask, the checks run once.</summary>
internal sealed class LatestHealth(HealthCheckService checks, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<HealthReport>? _latest;
    private DateTimeOffset _until;

    public async Task<bool> IsServingAsync()
    {
        Task<HealthReport> latest;
        lock (_lock)
        {
            if (_latest is null || (_latest.IsCompleted && clock.GetUtcNow() >= _until))
            {
                _latest = checks.CheckHealthAsync(CancellationToken.None);
                _until = clock.GetUtcNow() + Fresh;
            }

            latest = _latest;
        }

        return (await latest).Status != HealthStatus.Unhealthy;
    }
}

internal sealed record ProductHealth(string Status);

internal sealed record ProductVersion(string Name, string Version, string ApiVersion);
