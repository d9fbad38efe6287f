using System.Globalization;
using AiTeams.Integrations.Http;

namespace AiTeams.Integrations.CallLog;

/// <summary>An HTTP call as a row of the call log.</summary>
internal static class HttpCallRecord
{
    public const string Provider = "custom_http";

    private const long LatestEpochSecond = 253_402_300_799;

    public static CallRecord Of(
        CallOwner owner, DateTimeOffset calledAt, OutsideRequest request, OutsideResponse response, IReadOnlyList<string> secrets)
    {
        return new CallRecord
        {
            Owner = owner,
            CalledAt = calledAt,
            Provider = Provider,
            Operation = "http_request",
            Endpoint = Redaction.Url(request.Url, secrets),
            Method = request.Method.Length <= 10 ? request.Method : request.Method[..10],
            RequestData = Redaction.Body(request.Body, Value(request.Headers, "content-type"), secrets),
            ResponseData = Redaction.Body(response.Body, Value(response.Headers, "content-type"), secrets),
            RequestHeaders = Redaction.Headers(request.Headers, secrets),
            ResponseHeaders = Redaction.Headers(response.Headers, secrets),
            Success = response.Failure == OutsideFailure.None && response.StatusCode is >= 200 and < 400,
            StatusCode = response.StatusCode == 0 ? null : response.StatusCode,
            ErrorType = response.Failure switch
            {
                OutsideFailure.None => response.StatusCode < 400 ? null : "http_status",
                OutsideFailure.Timeout => "timeout",
                OutsideFailure.Network => "network",
                OutsideFailure.TooLarge => "too_large",
                OutsideFailure.TooManyRedirects => "too_many_redirects",
                OutsideFailure.Refused => "refused",
                OutsideFailure.Tls => "tls",
                OutsideFailure.InvalidRequest => "invalid_request",
            },
            ErrorMessage = response.ErrorMessage is { } message ? Redaction.WithoutSecrets(message, secrets) : null,
            ResponseTimeMs = (int)Math.Min(int.MaxValue, response.Duration.TotalMilliseconds),
            RateLimitRemaining = int.TryParse(Value(response.Headers, "x-ratelimit-remaining"), NumberStyles.None, CultureInfo.InvariantCulture, out var left) ? left : null,
            RateLimitResetAt = ResetAt(response, calledAt),
        };
    }

    // GitHub and most others name the second; some, and the IETF draft, the seconds until then.
    private static DateTimeOffset? ResetAt(OutsideResponse response, DateTimeOffset now)
    {
        if (!long.TryParse(Value(response.Headers, "x-ratelimit-reset") ?? Value(response.Headers, "retry-after"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > LatestEpochSecond)
        {
            return null;
        }

        return number > 1_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(number) : now.AddSeconds(number);
    }

    private static string? Value(IReadOnlyList<KeyValuePair<string, string>> headers, string name) =>
        headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
