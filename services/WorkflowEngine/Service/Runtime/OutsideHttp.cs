using System.Diagnostics;
using AiTeams.Contracts.Integrations.V1;
using AiTeams.WorkflowEngine.Core.Nodes;
using Google.Protobuf;
using IntegrationsClient = AiTeams.Contracts.Integrations.V1.Integrations.IntegrationsClient;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// HTTP calls of nodes: the engine has no way to the network of its own, the integrations service makes them behind its guard.
/// Never throws for what the other side does: a time-out, a refused connection or a flood of bytes is a result.
/// </summary>
internal sealed class OutsideHttp(IntegrationsClient integrations, IntegrationsPatience patience)
{
    public async Task<HttpResult> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var request = Request(call);
        var (answer, failure) = await patience.AskAsync(
            deadline => integrations.SendHttpAsync(request, deadline: deadline, cancellationToken: cancellationToken),
            call.Timeout,
            cancellationToken);
        return answer is not null
            ? Result(answer)
            : HttpResult.Failed(
                failure!.IsTimeout ? HttpErrorKind.Timeout : failure.IsRefused ? HttpErrorKind.InvalidRequest : HttpErrorKind.Unavailable,
                failure.Message,
                Stopwatch.GetElapsedTime(started));
    }

    private static SendHttpRequest Request(HttpCall call)
    {
        var request = new SendHttpRequest
        {
            Context = CallContexts.Of(call),
            Method = call.Method,
            Url = call.Url.AbsoluteUri,
            FollowRedirects = call.FollowRedirects,
            MaxRedirects = call.MaxRedirects,
            AcceptAnyCertificate = !call.VerifyTls,
            TimeoutMs = (int)Math.Ceiling(call.Timeout.TotalMilliseconds),
            MaxResponseBytes = call.MaxResponseBytes,
        };
        if (call.Body is { } body)
        {
            request.Body = UnsafeByteOperations.UnsafeWrap(body);
        }

        request.Headers.AddRange(call.Headers.Select(header => new Header { Name = header.Key, Value = header.Value }));
        request.Secrets.AddRange(call.Secrets);
        return request;
    }

    private static HttpResult Result(SendHttpResponse answer) => new()
    {
        StatusCode = answer.StatusCode,
        Headers = [.. answer.Headers.Select(header => KeyValuePair.Create(header.Name, header.Value))],
        Body = answer.Body.Memory,
        Url = answer.Url.Length > 0 ? answer.Url : null,
        Redirects = answer.Redirects,
        Duration = TimeSpan.FromMicroseconds(answer.DurationUs),
        Error = answer.Failure switch
        {
            HttpFailure.Unspecified => HttpErrorKind.None,
            HttpFailure.Timeout => HttpErrorKind.Timeout,
            HttpFailure.Network => HttpErrorKind.Network,
            HttpFailure.TooLarge => HttpErrorKind.TooLarge,
            HttpFailure.TooManyRedirects => HttpErrorKind.TooManyRedirects,
            HttpFailure.Refused => HttpErrorKind.Refused,
            HttpFailure.Tls => HttpErrorKind.Tls,
            HttpFailure.InvalidRequest => HttpErrorKind.InvalidRequest,
        },
        ErrorMessage = answer.ErrorMessage.Length > 0 ? answer.ErrorMessage : null,
    };
}
