using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using AiTeams.Integrations.Outside;

namespace AiTeams.Integrations.Http;

/// <summary>
/// Sends one request to the outside. Whatever the other side does (a refused connection, a flood, a redirect to our own network, an
/// answer that never ends) is a result; only the caller's own cancellation throws.
/// </summary>
internal sealed class GuardedHttp(OutsideHandlers handlers, TargetPolicy policy, TimeProvider clock)
{
    public async Task<OutsideResponse> SendAsync(OutsideRequest request, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(request.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        OutsideResponse response;
        try
        {
            response = await FollowAsync(request, secrets, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var what = limit.IsCancellationRequested ? $"No complete answer within {request.Timeout.TotalSeconds:0.###} s." : "No connection in time.";
            response = OutsideResponse.Failed(OutsideFailure.Timeout, what);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException or InvalidDataException or SocketException
            or InvalidOperationException or RefusedTargetException)
        {
            response = Failed(ex);
        }

        return response with { Duration = clock.GetElapsedTime(started) };
    }

    // Redirects are followed here and not by the handler: each hop is judged like a call of its own, and is reported.
    private async Task<OutsideResponse> FollowAsync(OutsideRequest request, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var first))
        {
            return OutsideResponse.Failed(OutsideFailure.InvalidRequest, "The address is not an absolute one.");
        }

        if (RequestHeaders.Problem(request) is { } problem)
        {
            return OutsideResponse.Failed(OutsideFailure.InvalidRequest, problem);
        }

        var redirects = new List<string>();
        var hop = new Hop(first, new HttpMethod(request.Method), WithBody: request.Body is not null, IsFirstOrigin: true);
        while (true)
        {
            if (policy.Refuse(hop.Url) is { } refusal)
            {
                return OutsideResponse.Failed(OutsideFailure.Refused, redirects.Count == 0 ? refusal : $"Redirected: {refusal}") with { Redirects = redirects };
            }

            using var message = Message(request, hop, secrets);
            using var response = await handlers.For(request.AcceptAnyCertificate).SendAsync(message, cancellationToken);
            if (!request.FollowRedirects || hop.After(response) is not { } next)
            {
                return await ReadAsync(request, hop.Url, redirects, response, cancellationToken);
            }

            if (redirects.Count >= request.MaxRedirects)
            {
                return OutsideResponse.Failed(OutsideFailure.TooManyRedirects, $"More than {request.MaxRedirects} redirects.") with { Redirects = redirects };
            }

            hop = next;
            redirects.Add(hop.Url.AbsoluteUri);
        }
    }

    private static HttpRequestMessage Message(OutsideRequest request, Hop hop, IReadOnlyList<string> secrets)
    {
        // HTTP/2 where TLS agrees on it, HTTP/1.1 everywhere else.
        var message = new HttpRequestMessage(hop.Method, hop.Url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (hop.WithBody && request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
        }

        RequestHeaders.Put(message, request, hop.WithBody, hop.IsFirstOrigin, secrets);
        return message;
    }

    private static async Task<OutsideResponse> ReadAsync(
        OutsideRequest request, Uri url, List<string> redirects, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (await ResponseBody.ReadAsync(response, request.MaxResponseBytes, cancellationToken) is not { } body)
        {
            return OutsideResponse.Failed(OutsideFailure.TooLarge, $"The answer is larger than {request.MaxResponseBytes} bytes.") with { Redirects = redirects };
        }

        return new OutsideResponse
        {
            StatusCode = (int)response.StatusCode,
            Headers = [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key.ToLowerInvariant(), value))],
            Body = body,
            Url = url.AbsoluteUri,
            Redirects = redirects,
        };
    }

    private static OutsideResponse Failed(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RefusedTargetException:
                    return OutsideResponse.Failed(OutsideFailure.Refused, cause.Message);
                case AuthenticationException:
                    return OutsideResponse.Failed(OutsideFailure.Tls, $"No secure connection: {cause.Message}");
                case SocketException socket:
                    return OutsideResponse.Failed(OutsideFailure.Network, $"No connection: {socket.SocketErrorCode}.");
            }
        }

        return OutsideResponse.Failed(OutsideFailure.Network, exception switch
        {
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } => $"The call failed: {error}.",
            _ => $"The call failed: {exception.Message}",
        });
    }
}
