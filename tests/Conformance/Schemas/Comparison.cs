namespace AiTeams.Conformance.Tests.Schemas;

/// <param name="Place">A column "table.column", a table, a constraint "table CHECK name", a key "table UNIQUE (a, b)" or an index.</param>
/// <param name="Way">What is there instead.</param>
public sealed record Difference(string Place, string Way)
{
    public override string ToString() => $"{Place}: {Way}";
}

/// <summary>Every way in which a schema is not the one the specification states, smaller and larger.</summary>
public static class Comparison
{
    public const string Missing = "missing";
    public const string Added = "added";

    public static IReadOnlyList<Difference> Of(Specification specification, Schema ours)
    {
        var stated = specification.Schema.Tables;
        var differences = new List<Difference>();
        differences.AddRange(stated.Keys.Except(ours.Tables.Keys).Select(table => new Difference(table, Missing)));
        differences.AddRange(ours.Tables.Keys.Except(stated.Keys).Select(table => new Difference(table, Added)));
        foreach (var (name, theirs) in stated)
        {
            if (ours.Tables.TryGetValue(name, out var table))
            {
                differences.AddRange(Columns(theirs, table));
                differences.AddRange(CheckComparison.Of(theirs, table));
                differences.AddRange(KeyComparison.Of(theirs, table));
                differences.AddRange(ForeignKeyComparison.Of(theirs, table));
                differences.AddRange(specification.Indexes.Where(index => index.Table == name).SelectMany(index => Index(index, table)));
            }
        }

        return [.. differences.OrderBy(difference => difference.ToString(), StringComparer.Ordinal)];
    }

    private static IEnumerable<Difference> Columns(Table theirs, Table ours)
    {
        foreach (var stated in theirs.Columns)
        {
            var place = $"{theirs.Name}.{stated.Name}";
            if (ours.Column(stated.Name) is not { } column)
            {
                yield return new(place, Missing);
                continue;
            }

            if (column.Type != stated.Type)
            {
                yield return new(place, column.Type);
            }

            if (column.IsRequired != stated.IsRequired)
            {
                yield return new(place, column.IsRequired ? "NOT NULL" : "NULL");
            }

            if (column.Default != stated.Default)
            {
                yield return new(place, column.Default is null ? "no default" : "DEFAULT " + column.Default);
            }
        }

        foreach (var column in ours.Columns.Where(column => !theirs.Has(column.Name)))
        {
            yield return new($"{theirs.Name}.{column.Name}", Added);
        }
    }

    private static IEnumerable<Difference> Index(StatedIndex stated, Table table)
    {
        if (table.Indexes.SingleOrDefault(index => index.Name == stated.Name) is not { } index)
        {
            yield return new(stated.Name, Missing);
            yield break;
        }

        if (index.Method != stated.ExpectedMethod)
        {
            yield return new(stated.Name, index.Method);
        }

        if (index.IsPartial != (stated.Form == "partial"))
        {
            yield return new(stated.Name, index.IsPartial ? "partial" : "not partial");
        }

        if (stated.Form == "composite" && index.Columns < 2)
        {
            yield return new(stated.Name, "not composite");
        }

        if (index.IsUnique)
        {
            yield return new(stated.Name, "UNIQUE");
        }

        // The name of the index is in the statement too, and may contain the column's.
        var key = index.Definition[index.Definition.IndexOf(" USING ", StringComparison.Ordinal)..];
        foreach (var column in stated.Columns.Where(column => !Words(key).Contains(column)))
        {
            yield return new(stated.Name, "without " + column);
        }
    }

    private static HashSet<string> Words(string text) =>
        [.. text.Split(text.Where(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '_').Distinct().ToArray(), StringSplitOptions.RemoveEmptyEntries)];
}
