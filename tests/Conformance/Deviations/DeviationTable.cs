using System.Text.RegularExpressions;
using AiTeams.Conformance.Tests.Schemas;

namespace AiTeams.Conformance.Tests.Deviations;

/// <summary>
/// The table "Deviations from the specification". A row means: each name in code font under "where" differs in each way in code font under
/// "here". <c>a.{b, c}</c> stands for two names and <c>*.id</c> for any. A row without a name in code font is about what no catalogue shows.
/// </summary>
public sealed record DeviationTable(IReadOnlyList<DeviationRow> Rows)
{
    private const string Heading = "## Deviations from the specification";

    public static DeviationTable Read(string document)
    {
        var section = document[(document.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length)..];
        var end = section.IndexOf("\n## ", StringComparison.Ordinal);
        var lines = (end < 0 ? section : section[..end]).Split('\n').Where(line => line.StartsWith('|')).Skip(2);
        return new DeviationTable([.. lines.Select(DeviationRow.Read)]);
    }

    /// <summary>Differences that no row gives a reason for, and rows that give one for what is not (or no longer) different.</summary>
    public IEnumerable<string> Disagreements(IReadOnlyCollection<Difference> differences)
    {
        var unreadable = Rows.Where(row => row.Fault is not null).Select(row => $"{row.Fault}: {row.Line}");
        var unclaimed = differences.Where(difference => !Rows.Any(row => row.Claims(difference))).Select(difference => $"not in the table: {difference}");
        return unreadable.Concat(unclaimed).Concat(Rows.SelectMany(row => row.Stale(differences)));
    }

    /// <summary>Differences that two rows explain: one of the reasons is not the reason.</summary>
    public IEnumerable<string> Repetitions(IEnumerable<Difference> differences) => differences
        .Where(difference => Rows.Count(row => row.Claims(difference)) > 1)
        .Select(difference => $"twice in the table: {difference}");
}

/// <param name="Fault">Why the line says nothing; null for a good one.</param>
public sealed partial record DeviationRow(string Line, IReadOnlyList<string> Places, IReadOnlyList<string> Ways, string? Fault)
{
    public bool Claims(Difference difference) => Ways.Contains(difference.Way) && Places.Any(place => Covers(place, difference.Place));

    public IEnumerable<string> Stale(IReadOnlyCollection<Difference> differences) =>
        from place in Places
        from way in Ways
        where !differences.Any(difference => difference.Way == way && Covers(place, difference.Place))
        select $"not different: {place}: {way}";

    internal static DeviationRow Read(string line)
    {
        var cells = line.Trim()[1..^1].Split(" |").Select(cell => cell.Trim()).ToArray();
        if (cells.Length != 4 || cells[3].Length == 0)
        {
            return new DeviationRow(line, [], [], "not of the form where | specification | here | why");
        }

        var places = Codes(cells[0]).SelectMany(Expand).ToList();
        var ways = Codes(cells[2]).ToList();
        return new DeviationRow(line, places, ways, places.Count > 0 && ways.Count == 0 ? "names a place and no difference in code font" : null);
    }

    private static bool Covers(string place, string name) =>
        place.StartsWith('*') ? name.EndsWith(place[1..], StringComparison.Ordinal) : place == name;

    private static IEnumerable<string> Codes(string cell) => Code().Matches(cell).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Expand(string place) => Braces().Match(place) is { Success: true } braces
        ? braces.Groups[1].Value.Split(", ").SelectMany(part => Expand(place[..braces.Index] + part + place[(braces.Index + braces.Length)..]))
        : [place];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Braces();
}
