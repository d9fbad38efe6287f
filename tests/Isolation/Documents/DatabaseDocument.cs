using AiTeams.Testing;

namespace AiTeams.Isolation.Tests.Documents;

/// <summary>docs/database.md, which says what must hold.</summary>
internal static class DatabaseDocument
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "docs/database.md"));

    /// <summary>The cells of every row of the table whose head starts so.</summary>
    public static IEnumerable<string[]> Rows(string head) => Lines
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(row => row.Trim('|').Split('|', StringSplitOptions.TrimEntries));

    /// <summary>The one line that starts so.</summary>
    public static string Line(string start) => Lines.Single(line => line.StartsWith(start, StringComparison.Ordinal));
}
