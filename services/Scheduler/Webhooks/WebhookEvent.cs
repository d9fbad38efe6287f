using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AiTeams.Scheduler.Webhooks.Bodies;

namespace AiTeams.Scheduler.Webhooks;

/// <summary>A call as the workflow sees it. What proves who called is left out: an execution's data is shown to people and kept.</summary>
internal static class WebhookEvent
{
    private static readonly HashSet<string> Credentials = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key", "ApiKey", "X-Auth-Token", "X-Webhook-Token", "X-Signature",
        "X-Hub-Signature", "X-Hub-Signature-256", StandardWebhooks.SignatureHeader,
    };

    public static JsonObject Of(WebhookSettings settings, HttpRequest request, string path, WebhookBody body, DateTimeOffset now) => Of(
        Headers(settings, request.Headers), body.Parsed, body.Raw, Query(settings, request.Query), request.Method, path, now, ClientAddress(request));

    public static JsonObject Of(
        JsonObject headers, JsonNode? body, string? rawBody, JsonObject query, string method, string path, DateTimeOffset now, string clientIp) => new()
        {
            ["headers"] = headers,
            ["body"] = body,
            ["raw_body"] = rawBody,
            ["query_params"] = query,
            ["method"] = method,
            ["path"] = path,
            ["timestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["client_ip"] = clientIp,
        };

    private static JsonObject Headers(WebhookSettings settings, IHeaderDictionary headers)
    {
        var named = new JsonObject();
        foreach (var (name, values) in headers)
        {
            if (!Credentials.Contains(name) && !IsProof(settings, name))
            {
                named[name.ToLowerInvariant()] = values.ToString();
            }
        }

        return named;
    }

    private static bool IsProof(WebhookSettings settings, string header) =>
        (settings.Authentication == CallerCheck.HeaderToken && header.Equals(settings.TokenName, StringComparison.OrdinalIgnoreCase))
        || (settings.Authentication == CallerCheck.Signature && header.Equals(CallerProof.SignatureHeaderOf(settings), StringComparison.OrdinalIgnoreCase));

    private static JsonObject Query(WebhookSettings settings, IQueryCollection query)
    {
        var fields = new FormFields("query parameters");
        foreach (var (name, values) in query)
        {
            if (settings.Authentication == CallerCheck.QueryParam && name.Equals(settings.TokenName, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (var value in values)
            {
                fields.Add(name, value ?? "");
            }
        }

        return fields.ToJson();
    }

    /// <summary>The gateway writes who called it into X-Forwarded-For and lets nobody else do so; a call past the gateway is its own peer's.</summary>
    private static string ClientAddress(HttpRequest request)
    {
        var address = request.Headers["X-Forwarded-For"] is [{ } forwarded] && IPAddress.TryParse(forwarded, out var told)
            ? told
            : request.HttpContext.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : address)?.ToString() ?? "";
    }
}
