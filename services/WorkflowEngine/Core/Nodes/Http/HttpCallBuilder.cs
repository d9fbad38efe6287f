using System.Buffers;
using System.Text;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Makes the call from configuration and inputs. What cannot be sent as it is written is a problem, not a guess.</summary>
internal static class HttpCallBuilder
{
    private static readonly SearchValues<char> HeaderNameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static (HttpCall? Call, string? Problem) Build(NodeContext node) => Build(node, node.Configuration);

    /// <summary>The same from a part of a configuration that has the names of HTTP_REQUEST's parameters.</summary>
    public static (HttpCall? Call, string? Problem) Build(NodeContext node, JsonData configuration)
    {
        var method = (configuration["method"].Text ?? "GET").ToUpperInvariant();
        var (url, urlProblem) = Address(node, configuration);
        if (url is null)
        {
            return (null, urlProblem);
        }

        var (body, contentType) = HttpBody.Write(method, configuration, node.Inputs);
        var headers = Headers(node, configuration, contentType, ChangesSomething(method));
        if ((Authorize(configuration, headers, ref url) ?? FirstBad(headers)) is { } problem)
        {
            return (null, problem);
        }

        var timeout = Values.TryNumber(configuration["timeout"], out var seconds) ? seconds : 30;
        return (new HttpCall
        {
            Method = method,
            Url = url,
            Headers = headers.Select(header => KeyValuePair.Create(header.Key, header.Value)).ToArray(),
            Body = body,
            FollowRedirects = !configuration["follow_redirects"].IsFalse,
            MaxRedirects = Whole(configuration["max_redirects"], 0, 20, 5),
            VerifyTls = !configuration["verify_ssl"].IsFalse,
            Timeout = TimeSpan.FromSeconds(Math.Clamp(timeout, 0.1, 1000)),
            MaxResponseBytes = Whole(configuration["max_response_bytes"], 1, 52_428_800, 10_485_760),
            Secrets = HttpSecrets.Of(configuration["auth_config"]),
            IdempotencyKey = node.Run.IdempotencyKey(node.Start.ExecutionId),
        }, null);
    }

    private static (Uri? Url, string? Problem) Address(NodeContext node, JsonData configuration)
    {
        var written = configuration["url"].ToDisplayText().Trim();
        foreach (var (name, value) in node.Inputs["url_variables"].Fields)
        {
            written = written.Replace($"{{{name}}}", Uri.EscapeDataString(value.ToDisplayText()), StringComparison.Ordinal);
        }

        if (!Uri.TryCreate(written, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            return (null, $"'{Shortened(written)}' is not an absolute http or https address.");
        }

        if (url.UserInfo.Length > 0)
        {
            return (null, "The address may not carry a user name or password: use auth_type basic.");
        }

        var query = new StringBuilder(url.Query);
        AddQuery(query, configuration["query_params"].Overlay(node.Inputs["dynamic_query_params"]));
        return (new UriBuilder(url) { Query = query.ToString(), Fragment = "" }.Uri, null);
    }

    private static void AddQuery(StringBuilder query, JsonData parameters)
    {
        foreach (var (name, value) in parameters.Fields)
        {
            foreach (var single in value.IsArray ? value.Items : [value])
            {
                if (!single.IsNull)
                {
                    query.Append(query.Length > 0 ? '&' : '?')
                        .Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(single.ToDisplayText()));
                }
            }
        }
    }

    private static Dictionary<string, string> Headers(NodeContext node, JsonData configuration, string? contentType, bool changesSomething)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Accept"] = "application/json, */*;q=0.8",
            ["User-Agent"] = "AI-Teams/1.0",
        };
        if (contentType is not null)
        {
            headers["Content-Type"] = contentType;
        }

        if (changesSomething)
        {
            headers["Idempotency-Key"] = node.Run.IdempotencyKey(node.Start.ExecutionId);
        }

        foreach (var (name, value) in configuration["headers"].Overlay(node.Inputs["dynamic_headers"]).Fields)
        {
            if (!value.IsNull)
            {
                headers[name] = value.ToDisplayText();
            }
        }

        return headers;
    }

    private static string? Authorize(JsonData configuration, Dictionary<string, string> headers, ref Uri url)
    {
        var auth = configuration["auth_config"];
        switch (configuration["auth_type"].Text)
        {
            case "bearer" when auth["token"].ToDisplayText() is { Length: > 0 } token:
                headers["Authorization"] = $"Bearer {token}";
                return null;
            case "bearer":
                return "auth_type bearer needs auth_config.token.";
            case "basic" when auth["username"].ToDisplayText() is { Length: > 0 } user:
                var pair = Encoding.UTF8.GetBytes($"{user}:{auth["password"].ToDisplayText()}");
                headers["Authorization"] = $"Basic {Convert.ToBase64String(pair)}";
                return null;
            case "basic":
                return "auth_type basic needs auth_config.username and password.";
            case "header" when auth["name"].ToDisplayText() is { Length: > 0 } header && auth["value"].ToDisplayText() is { Length: > 0 } value:
                headers[header] = value;
                return null;
            case "header":
                return "auth_type header needs auth_config.name and value.";
            case "api_key" when auth["key"].ToDisplayText() is { Length: > 0 } key:
                var name = auth["name"].ToDisplayText() is { Length: > 0 } given ? given : "X-API-Key";
                if (auth["in"].Text == "query")
                {
                    var query = new StringBuilder(url.Query);
                    AddQuery(query, JsonData.Object((name, key)));
                    url = new UriBuilder(url) { Query = query.ToString() }.Uri;
                    return null;
                }

                headers[name] = key;
                return null;
            case "api_key":
                return "auth_type api_key needs auth_config.key.";
            default:
                return null;
        }
    }

    // A line break in a header would let a payload write headers, or a second request, of its own.
    private static string? FirstBad(Dictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(HeaderNameCharacters))
            {
                return $"'{Shortened(name)}' is not a header name.";
            }

            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                return $"The header '{name}' has a line break in it.";
            }
        }

        return null;
    }

    private static bool ChangesSomething(string method) => method is "POST" or "PUT" or "PATCH" or "DELETE";

    private static int Whole(JsonData value, int min, int max, int fallback) =>
        Values.TryNumber(value, out var number) ? (int)Math.Clamp(number, min, max) : fallback;

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
