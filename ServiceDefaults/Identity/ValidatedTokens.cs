using System.Collections.Concurrent;
using System.Security.Claims;

namespace AiTeams.ServiceDefaults.Identity;

/// <summary>
/// Tokens found valid a moment ago, so that a caller of many requests has its signature checked once a minute and not for each. Kept by
/// the whole text of the header and the scheme that accepted it: one letter changed is another token, and a token good for one scheme is
/// nothing to the other. Never kept longer than the token says it lives.
/// </summary>
internal sealed class ValidatedTokens(TimeProvider clock)
{
    /// <summary>A signing key that is withdrawn counts for nothing after this long.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private const int Capacity = 4_096;

    private readonly ConcurrentDictionary<(string Scheme, string Header), (ClaimsPrincipal Principal, DateTimeOffset Until)> _tokens = new();

    /// <summary>Whom the header stands for; null when it has to be checked (again).</summary>
    public ClaimsPrincipal? Find(string scheme, string header)
    {
        if (!_tokens.TryGetValue((scheme, header), out var found))
        {
            return null;
        }

        if (found.Until > clock.GetUtcNow())
        {
            return found.Principal;
        }

        _tokens.TryRemove((scheme, header), out _);
        return null;
    }

    public void Keep(string scheme, string header, ClaimsPrincipal principal, DateTimeOffset validTo)
    {
        // Emptied and not trimmed: each is checked once more, which is what happens every minute anyway.
        if (_tokens.Count >= Capacity)
        {
            _tokens.Clear();
        }

        var longest = clock.GetUtcNow() + Longest;
        _tokens[(scheme, header)] = (principal, validTo < longest ? validTo : longest);
    }
}
