using System.Text.RegularExpressions;

namespace AiTeams.Conformance.Tests.Schemas;

/// <summary>One spelling for expressions that mean the same.</summary>
public static partial class Expression
{
    public static string Of(string written)
    {
        var text = written.Replace("specification.", "", StringComparison.Ordinal).Replace("extensions.", "", StringComparison.Ordinal);
        text = text.Replace("CURRENT_TIMESTAMP", "now()", StringComparison.Ordinal);
        return WholeNumber().Replace(text, "$1");
    }

    /// <summary>The words in quotes: the value set of an IN.</summary>
    public static IReadOnlySet<string> Values(string definition) => Quoted().Matches(definition).Select(match => match.Value).ToHashSet();

    [GeneratedRegex(@"\b(\d+)\.0\b")]
    private static partial Regex WholeNumber();

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Quoted();
}
