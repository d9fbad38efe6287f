using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace AiTeams.ServiceDefaults.Telemetry;

/// <summary>ASP.NET Core 10 starts the server span and leaves it without its route and outcome; this adds them.</summary>
internal static class RequestSpans
{
    public static void UseRequestSpans(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            Describe(context, exception);
            throw;
        }

        Describe(context, null);
    });

    private static void Describe(HttpContext context, Exception? exception)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            return;
        }

        var status = exception is null ? context.Response.StatusCode : StatusCodes.Status500InternalServerError;
        span.SetTag("http.response.status_code", status);
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.DisplayName = $"{context.Request.Method} {route}";
            span.SetTag("http.route", route);
        }
        else
        {
            span.DisplayName = context.Request.Method;
        }

        if (context.User.FindFirst("sub")?.Value is { } subject)
        {
            span.SetTag("enduser.id", subject);
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
            span.SetTag("error.type", exception?.GetType().FullName ?? status.ToString(CultureInfo.InvariantCulture));
        }
    }
}
