using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// The ETag of a workflow: its row version, then what changes without one (deployment, latest execution). A cached copy is fresh
/// when both are the same; an update is based on the latest document when the row version is.
/// </summary>
internal static class WorkflowTag
{
    public static string Write(long rowVersion, string state) => string.Create(CultureInfo.InvariantCulture, $"\"{rowVersion}-{state}\"");

    /// <summary>Whether If-None-Match already holds what would be answered.</summary>
    public static bool IsFresh(HttpRequest request, string tag) =>
        request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } known
        && known.Any(candidate => candidate == EntityTagHeaderValue.Any || candidate.Compare(EntityTagHeaderValue.Parse(tag), useStrongComparison: false));

    /// <summary>The row versions If-Match allows to replace; null: any, because the header is absent or "*".</summary>
    public static IReadOnlyCollection<long>? Expected(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return null;
        }
        var known = request.GetTypedHeaders().IfMatch;
        return known.Contains(EntityTagHeaderValue.Any) ? null : [.. known.Select(RowVersionOf).OfType<long>()];
    }

    private static long? RowVersionOf(EntityTagHeaderValue tag)
    {
        var text = tag.Tag.AsSpan().Trim('"');
        var end = text.IndexOf('-');
        return !tag.IsWeak && long.TryParse(end < 0 ? text : text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;
    }
}
