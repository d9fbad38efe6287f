using System.Globalization;
using AiTeams.Testing;

namespace AiTeams.Conformance.Tests.Coverage;

/// <summary>
/// One demand of the specification. <paramref name="Tests"/> are the full names of what proves it; none while it is open, and then
/// <paramref name="Note"/> says what will prove it.
/// </summary>
public sealed record Demand(int Number, string Text, IReadOnlyList<string> Tests, string Note)
{
    public bool IsOpen => Tests.Count == 0;
}

/// <summary>tests/Conformance/coverage.tsv: number, text, tests separated by a space or "open", note.</summary>
public static class CoverageMap
{
    public const int Demands = 406;

    public static IReadOnlyList<Demand> Read() =>
        [.. File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "tests/Conformance/coverage.tsv")).Skip(1).Select(Parse)];

    public static Demand Parse(string line)
    {
        var cells = line.Split('\t');
        if (cells.Length != 4)
        {
            throw new FormatException($"number, text, tests, note: {line}");
        }

        return new Demand(int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], cells[2] == "open" ? [] : cells[2].Split(' '), cells[3]);
    }

    /// <summary>What is wrong with the map, one sentence per mistake.</summary>
    public static IEnumerable<string> Mistakes(IReadOnlyList<Demand> demands, IReadOnlySet<string> tests)
    {
        var numbers = Enumerable.Range(1, Demands);
        var misplaced = demands.Select(demand => demand.Number).SequenceEqual(numbers) ? [] : new[] { $"The rows are not 1 to {Demands} in order." };
        return misplaced
            .Concat(demands.Where(demand => demand.Text.Length == 0).Select(demand => $"{demand.Number} has no text."))
            .Concat(demands.Where(demand => demand.IsOpen && demand.Note.Length == 0).Select(demand => $"{demand.Number} is open and does not say what will prove it."))
            .Concat(demands.SelectMany(demand => demand.Tests.Where(test => !tests.Contains(test)).Select(test => $"{demand.Number}: there is no test {test}.")));
    }
}
