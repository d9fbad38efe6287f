using AiTeams.Contracts.Integrations.V1;
using AiTeams.Integrations.CallLog;
using Google.Protobuf;

namespace AiTeams.Integrations.Http;

/// <summary>SendHttp for the engine: the request goes out guarded, and what came of it into the call log.</summary>
internal sealed class SendHttp(GuardedHttp http, ApiCallLog log, TimeProvider clock)
{
    /// <summary>A request with the largest body a node can make, and what stands around it.</summary>
    public const int MaxRequestBytes = 64 * 1024 * 1024;

    private const int MaxTimeoutMilliseconds = 1_000_000;

    public async Task<SendHttpResponse> HandleAsync(SendHttpRequest call, CancellationToken cancellationToken)
    {
        var request = Request(call);
        var secrets = call.Secrets.Where(secret => secret.Length > 0).ToArray();

        var calledAt = clock.GetUtcNow();
        var response = await http.SendAsync(request, secrets, cancellationToken);

        log.Add(HttpCallRecord.Of(CallOwner.From(call.Context), calledAt, request, response, secrets));
        return Answer(response, secrets);
    }

    private static OutsideRequest Request(SendHttpRequest call) => new()
    {
        Method = call.Method,
        Url = call.Url,
        Headers = [.. call.Headers.Select(header => KeyValuePair.Create(header.Name, header.Value))],
        Body = call.HasBody ? call.Body.Memory : null,
        FollowRedirects = call.FollowRedirects,
        MaxRedirects = Math.Clamp(call.MaxRedirects, 0, 20),
        AcceptAnyCertificate = call.AcceptAnyCertificate,
        Timeout = TimeSpan.FromMilliseconds(Math.Clamp(call.TimeoutMs, 1, MaxTimeoutMilliseconds)),
        MaxResponseBytes = Math.Clamp(call.MaxResponseBytes, 1, OutsideRequest.MaxResponseBytesCeiling),
    };

    private static SendHttpResponse Answer(OutsideResponse response, string[] secrets)
    {
        var answer = new SendHttpResponse
        {
            StatusCode = response.StatusCode,
            Body = UnsafeByteOperations.UnsafeWrap(response.Body),
            Url = response.Url,
            DurationUs = (long)response.Duration.TotalMicroseconds,
            Failure = Failure(response.Failure),
            ErrorMessage = Redaction.WithoutSecrets(response.ErrorMessage ?? "", secrets),
        };
        answer.Headers.AddRange(response.Headers.Select(header => new Header { Name = header.Key, Value = header.Value }));
        answer.Redirects.AddRange(response.Redirects);
        return answer;
    }

    private static HttpFailure Failure(OutsideFailure failure) => failure switch
    {
        OutsideFailure.None => HttpFailure.Unspecified,
        OutsideFailure.Timeout => HttpFailure.Timeout,
        OutsideFailure.Network => HttpFailure.Network,
        OutsideFailure.TooLarge => HttpFailure.TooLarge,
        OutsideFailure.TooManyRedirects => HttpFailure.TooManyRedirects,
        OutsideFailure.Refused => HttpFailure.Refused,
        OutsideFailure.Tls => HttpFailure.Tls,
        OutsideFailure.InvalidRequest => HttpFailure.InvalidRequest,
    };
}
