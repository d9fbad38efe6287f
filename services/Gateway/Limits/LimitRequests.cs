using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AiTeams.Gateway.Answers;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace AiTeams.Gateway.Limits;

/// <summary>Holds each request to the body size and the rate of its layer. Health, documents and the console are in none.</summary>
internal sealed class LimitRequests(RequestDelegate next, RedisLimiter limiter, IOptions<LimitSettings> settings)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<LayerMetadata>()?.Layer is not { } layer)
        {
            await next(context);
            return;
        }

        var figures = settings.Value.For(layer);
        if (!LimitBody(context, figures.MaxBody))
        {
            await context.RefuseAsync(Problems.TooLarge($"At most {figures.MaxBody} bytes are taken here."));
            return;
        }

        var (name, identity) = await IdentifyAsync(context, layer);
        var limit = name == "anonymous"
            ? new Limit(name, settings.Value.Public.Requests, settings.Value.Public.Window)
            : new Limit(name, figures.Requests, figures.Window);
        var verdict = await limiter.TakeAsync(limit, identity, layer is Layer.Auth ? WithoutRedis.CountHere : WithoutRedis.Open);
        if (verdict is { } told)
        {
            // When the answer starts, so that they survive an exception handler that starts the answer over.
            context.Response.OnStarting(() => Tell(context.Response.Headers, told));
            if (!told.Allowed)
            {
                await context.RefuseAsync(Problems.RateLimited(
                    told.RetryAfter, $"The limit is {told.Limit} requests in {limit.Window.TotalMinutes:0} minutes."));
                return;
            }
        }

        await next(context);
    }

    // Kestrel would break the connection over the limit, and with it the answer that says why: the limit is kept here, and Kestrel,
    // which reads and drops for a few seconds what a refused client is still sending, is told not to mind.
    private static bool LimitBody(HttpContext context, long max)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = null;
        }

        if (context.Request.ContentLength is { } length)
        {
            return length <= max;
        }

        context.Request.Body = new CappedBody(context.Request.Body, max);
        return true;
    }

    private static async Task<(string Name, string Identity)> IdentifyAsync(HttpContext context, Layer layer)
    {
        switch (layer)
        {
            case Layer.App:
                var user = await context.AuthenticateAsync("user");
                return user.Principal?.FindFirst("sub")?.Value is { } id ? ("app", id) : ("anonymous", Address.Of(context));
            case Layer.Mcp:
                var key = context.Request.Headers["X-API-Key"].ToString() is { Length: > 0 } header ? header
                    : context.Request.Headers.Authorization.ToString() is { Length: > 0 } bearer ? bearer
                    : context.Request.Query["api_key"].ToString();
                return key.Length > 0
                    ? ("mcp", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))))
                    : ("anonymous", Address.Of(context));
            case Layer.Auth:
                return ("auth", Address.Of(context));
            case Layer.Webhook:
                return ("webhook", Address.Of(context));
            default:
                return ("public", Address.Of(context));
        }
    }

    private static Task Tell(IHeaderDictionary headers, Verdict verdict)
    {
        headers["X-RateLimit-Limit"] = verdict.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = verdict.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = verdict.Reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }
}

/// <summary>Marks an endpoint as part of a layer.</summary>
internal sealed record LayerMetadata(Layer Layer);
