using Microsoft.AspNetCore.Cors.Infrastructure;

namespace AiTeams.Gateway.Answers;

/// <summary>
/// Which web pages of other origins may call. Cors:Origins lists them; without a list, pages on this machine may (a developer's own
/// server on any port). Identity travels in a header that page must know, never in a cookie, so no credentials are allowed.
/// </summary>
internal static class Origins
{
    private static readonly string[] Exposed =
    [
        "Location", "ETag", "Retry-After", "X-Trace-ID", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
        "X-Supabase-Api-Version", "X-Total-Count",
    ];

    public static WebApplicationBuilder AddOrigins(this WebApplicationBuilder builder)
    {
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<IConfiguration>((cors, configuration) =>
            cors.AddDefaultPolicy(policy =>
            {
                policy.AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(Exposed).SetPreflightMaxAge(TimeSpan.FromHours(1));
                if (configuration.GetSection("Cors:Origins").Get<string[]>() is { Length: > 0 } listed)
                {
                    policy.WithOrigins(listed);
                }
                else
                {
                    policy.SetIsOriginAllowed(origin => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback);
                }
            }));
        return builder;
    }
}
