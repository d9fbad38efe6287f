using System.Text.RegularExpressions;

namespace AiTeams.Conformance.Tests.Diagram;

/// <param name="Tables">All that are named in the section's drawing.</param>
/// <param name="Relations">"parent || child", once for each solid line between two tables; "|o" where a child may be without.</param>
public sealed record DiagramSection(string Domain, IReadOnlyList<string> Tables, IReadOnlyList<string> Relations);

/// <summary>The drawings of docs/database-diagram.md, one for each domain.</summary>
public static partial class SchemaDiagram
{
    public static IReadOnlyList<DiagramSection> Read(string document) => [.. document.Split("\n## ").Skip(1).Select(Section)];

    private static DiagramSection Section(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).ToList();
        var drawing = lines.SkipWhile(line => line != "erDiagram").Skip(1).TakeWhile(line => line != "```").ToList();
        var relations = drawing.Select(line => Relation().Match(line)).Where(match => match.Success)
            .Select(match => (Parent: match.Groups["parent"].Value, Child: match.Groups["child"].Value, End: match.Groups["end"].Value, IsKey: match.Groups["line"].Value == "--")).ToList();
        var alone = drawing.Where(line => Table().IsMatch(line)).Select(line => line.Trim('"'));
        return new DiagramSection(
            lines[0],
            [.. alone.Concat(relations.SelectMany(relation => new[] { relation.Parent, relation.Child })).Distinct()],
            [.. relations.Where(relation => relation.IsKey).Select(relation => $"{relation.Parent} {relation.End} {relation.Child}")]);
    }

    /// <summary>Lines of a drawing that are neither a table nor a relation.</summary>
    public static IEnumerable<string> Unreadable(string document) => document.Split("```mermaid").Skip(1)
        .SelectMany(block => block.Split("```")[0].Split('\n').Select(line => line.Trim()))
        .Where(line => line.Length > 0 && line != "erDiagram" && !Relation().IsMatch(line) && !Table().IsMatch(line));

    [GeneratedRegex("""^"?(?<parent>[\w.]+)"? (?<end>\|[|o])(?<line>--|\.\.)o\{ "?(?<child>[\w.]+)"? : "\w*"$""")]
    private static partial Regex Relation();

    [GeneratedRegex("""^"?[\w.]+"?$""")]
    private static partial Regex Table();
}
