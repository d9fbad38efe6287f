using System.Net;

namespace AiTeams.Integrations.Http;

/// <summary>One request of a chain of redirects.</summary>
/// <param name="IsFirstOrigin">The chain has not left the origin it began at; once left, credentials do not come back.</param>
internal sealed record Hop(Uri Url, HttpMethod Method, bool WithBody, bool IsFirstOrigin)
{
    /// <summary>Where a response sends it; null when it is no redirect.</summary>
    public Hop? After(HttpResponseMessage response)
    {
        if (!IsRedirect(response.StatusCode) || Location(response) is not { } location || !Uri.TryCreate(Url, location, out var url))
        {
            return null;
        }

        // RFC 9110, section 10.2.2: a location without a fragment inherits the one of the address that redirected.
        if (url.Fragment.Length == 0 && Url.Fragment.Length > 0)
        {
            url = new UriBuilder(url) { Fragment = Url.Fragment }.Uri;
        }

        // RFC 9110, section 15.4: 303 always, 301 and 302 by common practice, turn everything but HEAD into GET.
        var becomesGet = response.StatusCode == HttpStatusCode.SeeOther
            || (response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found && Method == HttpMethod.Post);
        return new Hop(
            url,
            becomesGet && Method != HttpMethod.Head ? HttpMethod.Get : Method,
            WithBody && !becomesGet,
            IsFirstOrigin && IsSameOrigin(Url, url));
    }

    private static string? Location(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
