using System.Globalization;
using System.Text;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// Reads what came of a call. Anything but 2xx fails the node, with the whole response as its output. Worth another try are time
/// outs, network errors, 408, 425, 429 and 5xx; the rest of 4xx will not get better.
/// </summary>
internal static class HttpOutcome
{
    private const int MaxRetryAfterSeconds = 86_400;

    public static NodeStep Read(HttpResult result)
    {
        var succeeded = result.Error == HttpErrorKind.None && result.StatusCode is >= 200 and < 300;
        var message = succeeded ? null : Message(result);
        var (text, encoding) = BodyText(result);
        var output = new JsonObjectBuilder(10);
        output.Set("status_code", result.StatusCode);
        output.Set("headers", Headers(result));
        output.Set("body", text);
        if (encoding is not null)
        {
            output.Set("body_encoding", encoding);
        }

        output.Set("json", encoding is null && JsonData.TryParse(text) is { IsMissing: false } json ? json : JsonData.Null);
        output.Set("success", succeeded);
        output.Set("error_message", message);
        output.Set("response_time", Math.Round(result.Duration.TotalSeconds, 6));
        output.Set("url", result.Url);
        output.Set("redirects", JsonData.Array(result.Redirects.Select(address => JsonData.Of(address))));
        var payload = output.Build();
        if (succeeded)
        {
            return NodeStep.Result(payload);
        }

        var failure = new NodeFailure(Code(result), message!, IsRetryable(result), JsonData.Object(
            ("status_code", result.StatusCode), ("url", result.Url)))
        {
            RetryAfter = RetryAfter(result),
        };
        return new NodeStep.Failed(failure, JsonData.Object(("result", payload)));
    }

    /// <summary>The body as JSON; Missing when it is none.</summary>
    public static JsonData JsonOf(HttpResult result) =>
        BodyText(result) is (var text, null) ? JsonData.TryParse(text) : default;

    private static bool IsRetryable(HttpResult result) => result.Error switch
    {
        HttpErrorKind.Timeout or HttpErrorKind.Network or HttpErrorKind.Unavailable => true,
        HttpErrorKind.TooLarge or HttpErrorKind.TooManyRedirects or HttpErrorKind.Refused
            or HttpErrorKind.Tls or HttpErrorKind.InvalidRequest => false,
        HttpErrorKind.None => result.StatusCode is 408 or 425 or 429 or >= 500,
    };

    private static string Code(HttpResult result) => result.Error switch
    {
        HttpErrorKind.Timeout => "http_timeout",
        HttpErrorKind.Network => "http_network_error",
        HttpErrorKind.TooLarge => "http_response_too_large",
        HttpErrorKind.TooManyRedirects => "http_too_many_redirects",
        HttpErrorKind.Refused => "http_address_refused",
        HttpErrorKind.Tls => "http_tls_error",
        HttpErrorKind.InvalidRequest => "invalid_request",
        HttpErrorKind.Unavailable => "integrations_unavailable",
        HttpErrorKind.None => "http_status",
    };

    private static string Message(HttpResult result) => result.ErrorMessage
        ?? (result.Error == HttpErrorKind.None
            ? string.Create(CultureInfo.InvariantCulture, $"The server answered {result.StatusCode}.")
            : $"The call failed: {result.Error}.");

    private static TimeSpan? RetryAfter(HttpResult result)
    {
        foreach (var (name, value) in result.Headers)
        {
            if (string.Equals(name, "Retry-After", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds(Math.Min(seconds, MaxRetryAfterSeconds));
            }
        }

        return null;
    }

    private static JsonData Headers(HttpResult result)
    {
        var headers = new JsonObjectBuilder(result.Headers.Count);
        foreach (var group in result.Headers.GroupBy(header => header.Key.ToLowerInvariant(), header => header.Value))
        {
            headers.Set(group.Key, string.Join(", ", group));
        }

        return headers.Build();
    }

    // What is not text travels as base64 and says so.
    private static (string Text, string? Encoding) BodyText(HttpResult result)
    {
        var declared = result.Headers.FirstOrDefault(header => string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        if (declared?.Contains("iso-8859-1", StringComparison.OrdinalIgnoreCase) == true)
        {
            return (Encoding.Latin1.GetString(result.Body.Span), null);
        }

        var bytes = result.Body.Span;
        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return (Convert.ToBase64String(result.Body.Span), "base64");
        }
    }
}
