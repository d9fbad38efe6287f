using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// The one way out of the engine over HTTP. Every outgoing call of every node goes through the named client
/// <see cref="ClientName"/>, so a guard has one place to stand.
/// </summary>
internal sealed class OutsideHttp(IHttpClientFactory clients, TimeProvider clock)
{
    public const string ClientName = "outside";

    /// <summary>The same client for nodes whose author switched certificate checks off (verify_ssl: false).</summary>
    public const string UnverifiedClientName = "outside-unverified";

    /// <summary>Never throws for what the other side does: a time-out, a refused connection or a flood of bytes is a result.</summary>
    public async Task<HttpResult> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(call.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var result = await FollowAsync(call, either.Token);
            return result with { Duration = Stopwatch.GetElapsedTime(started) };
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Failed(HttpErrorKind.Timeout, $"No complete answer within {call.Timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            // Whatever keeps a call from being made (a refused connection, a header no client will send) is the node's failure.
            return Failed(HttpErrorKind.Network, ex.InnerException is SocketException inner ? $"{ex.Message} {inner.SocketErrorCode}" : ex.Message);
        }

        HttpResult Failed(HttpErrorKind kind, string message) => HttpResult.Failed(kind, message, Stopwatch.GetElapsedTime(started));
    }

    // Redirects are followed here and not by the handler: each hop is a call of its own to a guard, and is reported.
    private async Task<HttpResult> FollowAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var client = clients.CreateClient(call.VerifyTls ? ClientName : UnverifiedClientName);
        var redirects = new List<string>();
        var url = call.Url;
        var method = new HttpMethod(call.Method);
        var withBody = true;
        while (true)
        {
            using var request = Request(call, method, url, withBody, sameOrigin: SameOrigin(url, call.Url));
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!call.FollowRedirects || !IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
            {
                return await ReadAsync(call, url, redirects, response, cancellationToken);
            }

            if (redirects.Count >= call.MaxRedirects)
            {
                return HttpResult.Failed(HttpErrorKind.TooManyRedirects, $"More than {call.MaxRedirects} redirects.");
            }

            url = new Uri(url, location);
            if (url.Scheme is not ("http" or "https"))
            {
                return HttpResult.Failed(HttpErrorKind.Refused, $"Redirected to the scheme '{url.Scheme}'.");
            }

            redirects.Add(url.AbsoluteUri);

            // RFC 9110, section 15.4: 303 always, 301 and 302 by common practice, turn everything but HEAD into GET.
            if (response.StatusCode == HttpStatusCode.SeeOther
                || (response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found && method == HttpMethod.Post))
            {
                method = method == HttpMethod.Head ? method : HttpMethod.Get;
                withBody = false;
            }
        }
    }

    private static HttpRequestMessage Request(HttpCall call, HttpMethod method, Uri url, bool withBody, bool sameOrigin)
    {
        var request = new HttpRequestMessage(method, url);
        if (withBody && call.Body is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
        }

        foreach (var (name, value) in call.Headers)
        {
            // Credentials are for the address they were given for, not for wherever it redirects.
            if (!sameOrigin && (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (!HttpMethods.IsGet(method.Method) && !HttpMethods.IsHead(method.Method) && !request.Headers.Contains("Idempotency-Key"))
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", call.IdempotencyKey);
        }

        return request;
    }

    private static async Task<HttpResult> ReadAsync(
        HttpCall call, Uri url, List<string> redirects, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > call.MaxResponseBytes)
            {
                return HttpResult.Failed(HttpErrorKind.TooLarge, $"The answer is larger than {call.MaxResponseBytes} bytes.");
            }

            body.Write(buffer, 0, read);
        }

        return new HttpResult
        {
            StatusCode = (int)response.StatusCode,
            Headers = [.. response.Headers.Concat(response.Content.Headers)
                .Select(h => KeyValuePair.Create(h.Key.ToLowerInvariant(), string.Join(", ", h.Value)))],
            Body = body.GetBuffer().AsMemory(0, (int)body.Length),
            Url = url.AbsoluteUri,
            Redirects = redirects,
        };
    }

    private static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);

    private static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
