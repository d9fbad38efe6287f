using System.Buffers;
using System.Collections.Frozen;

namespace AiTeams.Integrations.Http;

/// <summary>Which headers a request may carry: RFC 9110's syntax, and none that would change where one message ends and the next begins.</summary>
internal static class RequestHeaders
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> ValueCharacters = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code), '\t']);

    // Said by the connection, not by the author: leaving them out changes nothing for him.
    private static readonly FrozenSet<string> OfTheConnection =
        FrozenSet.ToFrozenSet(["Connection", "Content-Length", "Keep-Alive", "Proxy-Connection"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Refused =
        FrozenSet.ToFrozenSet(["Host", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Proxy-Authorization"], StringComparer.OrdinalIgnoreCase);

    // For the address they were given for, not for wherever it redirects.
    private static readonly FrozenSet<string> Credentials =
        FrozenSet.ToFrozenSet(["Authorization", "Cookie", "X-Api-Key", "Api-Key", "X-Auth-Token"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Why the request cannot be sent as it is; null when it can.</summary>
    public static string? Problem(OutsideRequest request)
    {
        if (request.Method.Length is 0 or > 20 || request.Method.AsSpan().ContainsAnyExcept(NameCharacters)
            || request.Method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase) || request.Method.Equals("TRACE", StringComparison.OrdinalIgnoreCase))
        {
            return "The method is none that is sent.";
        }

        foreach (var (name, value) in request.Headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            {
                return "A header's name has characters that no header has.";
            }

            if (Refused.Contains(name))
            {
                return $"The header '{name}' is not sent for anybody.";
            }

            if (value.AsSpan().ContainsAnyExcept(ValueCharacters))
            {
                return $"The header '{name}' has a line break or another character that no header has.";
            }
        }

        return null;
    }

    /// <summary>Puts them on the message. On another origin than the first the credentials, and what <paramref name="secrets"/> holds, stay away.</summary>
    public static void Put(HttpRequestMessage message, OutsideRequest request, bool withBody, bool isFirstOrigin, IReadOnlyList<string> secrets)
    {
        foreach (var (name, value) in request.Headers)
        {
            if (OfTheConnection.Contains(name) || (!isFirstOrigin && IsCredential(name, value, secrets)))
            {
                continue;
            }

            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && (!withBody || message.Content is null))
            {
                continue;                                 // describes a body that is not sent along
            }

            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    private static bool IsCredential(string name, string value, IReadOnlyList<string> secrets) =>
        Credentials.Contains(name) || secrets.Any(secret => value.Contains(secret, StringComparison.Ordinal));
}
