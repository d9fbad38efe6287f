using System.Globalization;
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

    /// <param name="configuration">response_format, fail_on_error_status and auth_config, whose values appear in no output.</param>
    /// <param name="now">For a Retry-After that names a date.</param>
    public static NodeStep Read(HttpResult result, JsonData configuration, DateTimeOffset now)
    {
        var secrets = HttpSecrets.Of(configuration["auth_config"]);
        var succeeded = result.Error == HttpErrorKind.None && result.StatusCode is >= 200 and < 300;
        var isAnswer = succeeded || (result.Error == HttpErrorKind.None && configuration["fail_on_error_status"].IsFalse);
        var message = succeeded ? null : HttpSecrets.Masked(Message(result), secrets);
        var url = HttpSecrets.Masked(result.Url, secrets);
        var format = configuration["response_format"].Text;
        var (text, encoding) = BodyText(result, format);
        var json = encoding is null && format != "text" ? JsonData.TryParse(text) : default;
        var output = new JsonObjectBuilder(10);
        output.Set("status_code", result.StatusCode);
        output.Set("headers", Headers(result));
        output.Set("body", text);
        if (encoding is not null)
        {
            output.Set("body_encoding", encoding);
        }

        output.Set("json", json.IsMissing ? JsonData.Null : json);
        output.Set("success", isAnswer);
        output.Set("error_message", message);
        output.Set("response_time", Math.Round(result.Duration.TotalSeconds, 6));
        output.Set("url", url);
        output.Set("redirects", JsonData.Array(result.Redirects.Select(address => JsonData.Of(HttpSecrets.Masked(address, secrets)))));
        var payload = output.Build();
        if (succeeded && format == "json" && json.IsMissing && !result.Body.IsEmpty)
        {
            return new NodeStep.Failed(new("http_not_json", "The response is not JSON."), JsonData.Object(("result", payload)));
        }

        if (isAnswer)
        {
            return NodeStep.Result(payload);
        }

        var failure = new NodeFailure(Code(result), message!, IsRetryable(result), JsonData.Object(
            ("status_code", result.StatusCode), ("url", url)))
        {
            RetryAfter = RetryAfter(result, now),
        };
        return new NodeStep.Failed(failure, JsonData.Object(("result", payload)));
    }

    /// <summary>The body as JSON; Missing when it is none.</summary>
    public static JsonData JsonOf(HttpResult result) =>
        HttpText.Of(result) is { } text ? JsonData.TryParse(text) : default;

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

    // RFC 9110, section 10.2.3: seconds, or a date.
    private static TimeSpan? RetryAfter(HttpResult result, DateTimeOffset now)
    {
        foreach (var (name, value) in result.Headers)
        {
            if (!string.Equals(name, "Retry-After", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds(Math.Min(seconds, MaxRetryAfterSeconds));
            }

            if (DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            {
                return TimeSpan.FromSeconds(Math.Clamp((date - now).TotalSeconds, 0, MaxRetryAfterSeconds));
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
    private static (string Text, string? Encoding) BodyText(HttpResult result, string? format) =>
        format != "base64" && HttpText.Of(result) is { } text ? (text, null) : (Convert.ToBase64String(result.Body.Span), "base64");
}
