using System.Buffers;

namespace AiTeams.Scheduler.Webhooks;

/// <summary>
/// The part of a webhook's address that its owner chose. However it is written, one address has one spelling, in which it is stored and looked
/// up: a leading slash, none at the end, lower case (the index knows no case either). What could mean something else on its way through proxies
/// - empty and dot segments, escapes, a query - is no path at all; trigger_index checks the same.
/// </summary>
internal static class WebhookPath
{
    /// <summary>Where all webhooks are.</summary>
    public const string Address = "/api/v1/public/webhook";

    /// <summary>What the node's parameter says when nobody chose: it stands for the workflow's own path.</summary>
    private const string Unchosen = "/webhook";

    private const int Longest = 255;
    private const int IdLength = 36;

    private static readonly SearchValues<char> Usable =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~!$&'()*+,;=:@-");

    /// <summary>The one spelling; null for what no webhook can be called.</summary>
    public static string? OneSpelling(ReadOnlySpan<char> path)
    {
        path = path.StartsWith('/') ? path[1..] : path;
        path = path.EndsWith('/') ? path[..^1] : path;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.IsEmpty || segment is "." or ".." || segment.ContainsAnyExcept(Usable))
            {
                return null;
            }
        }

        return path.Length is 0 or >= Longest
            ? null
            : string.Create(path.Length + 1, path, static (spelling, path) =>
            {
                spelling[0] = '/';
                path.ToLowerInvariant(spelling[1..]);
            });
    }

    /// <summary>The path a node gets for what its owner wrote; null when that is no path.</summary>
    public static string? Of(string? chosen, Guid workflowId)
    {
        var path = string.IsNullOrWhiteSpace(chosen) ? Unchosen : OneSpelling(chosen.AsSpan().Trim());
        return path == Unchosen ? $"{Unchosen}/{workflowId:D}" : path;
    }

    /// <summary>Paths that begin with a workflow's id are that workflow's, deployed or not.</summary>
    public static bool IsOfAnother(string path, Guid workflowId)
    {
        var rest = path.AsSpan();
        if (!rest.StartsWith($"{Unchosen}/", StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest[(Unchosen.Length + 1)..];
        return rest.Length >= IdLength && (rest.Length == IdLength || rest[IdLength] == '/')
            && Guid.TryParseExact(rest[..IdLength], "D", out var owner) && owner != workflowId;
    }
}
