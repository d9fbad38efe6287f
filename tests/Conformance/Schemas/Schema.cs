namespace AiTeams.Conformance.Tests.Schemas;

/// <param name="Tables">Of one schema by name, partitions left out.</param>
public sealed record Schema(IReadOnlyDictionary<string, Table> Tables);

public sealed record Table(
    string Name,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<Check> Checks,
    IReadOnlyList<Key> Keys,
    IReadOnlyList<ForeignKey> ForeignKeys,
    IReadOnlyList<NamedIndex> Indexes)
{
    public Column? Column(string name) => Columns.SingleOrDefault(column => column.Name == name);

    public bool Has(string column) => Column(column) is not null;
}

/// <param name="Default">As the catalogue writes it; null for none.</param>
public sealed record Column(string Name, string Type, bool IsRequired, string? Default);

/// <param name="Definition">As the catalogue writes it, so that two spellings of one condition are equal.</param>
public sealed record Check(string Name, IReadOnlyList<string> Columns, string Definition)
{
    /// <summary>Without a name of its own the server made one from the table's and the column's.</summary>
    public bool IsUnnamedOf(string table) => Name.StartsWith(table + "_", StringComparison.Ordinal) && Name.EndsWith("_check", StringComparison.Ordinal);
}

/// <param name="Columns">Columns, or expressions in parentheses.</param>
/// <param name="Predicate">The rows it is unique among; null for all.</param>
/// <param name="NullsAreEqual">Two NULLs are the same value to it; normally they are not.</param>
public sealed record Key(string Name, bool IsPrimary, IReadOnlyList<string> Columns, string? Predicate, bool NullsAreEqual)
{
    public bool IsPlain => Predicate is null && !Columns.Any(IsExpression);

    public static bool IsExpression(string column) => !column.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    /// <summary>As one would write it; by its name when it is about some rows or about expressions.</summary>
    public override string ToString() =>
        IsPlain ? (IsPrimary ? "PRIMARY KEY (" : "UNIQUE (") + string.Join(", ", Columns) + ")" : "UNIQUE " + Name;
}

/// <param name="Pairs">Each column with the one it refers to, in the order of the names.</param>
public sealed record ForeignKey(string Target, IReadOnlyList<(string Column, string Referenced)> Pairs, string OnDelete, bool IsValid)
{
    public override string ToString() => $"REFERENCES {Target}{(OnDelete.Length == 0 ? "" : " ON DELETE " + OnDelete)}";
}

/// <param name="Definition">The whole statement, to look for the columns in.</param>
public sealed record NamedIndex(string Name, string Method, int Columns, bool IsPartial, bool IsUnique, string Definition);
