using AiTeams.Isolation.Tests.Catalogue;

namespace AiTeams.Isolation.Tests.Rows;

/// <summary>A row, or what is to be inserted as one: values as text, by column; a column that is missing gets its default.</summary>
public sealed record Row(Table Table, string Owner, IReadOnlyDictionary<string, string?> Values)
{
    /// <summary>Somebody whose row it is not, or nobody at all.</summary>
    public const string Nobody = "nobody";

    /// <summary>Where it lies and its primary key, once it has been inserted.</summary>
    public (uint Relation, string Key) Identity { get; init; }

    public Row With(IEnumerable<KeyValuePair<string, string?>> values)
    {
        var changed = new Dictionary<string, string?>(Values);
        foreach (var (column, value) in values)
        {
            changed[column] = value;
        }

        return this with { Values = changed };
    }

    public string Insert() => $"""
        INSERT INTO {Table.QualifiedName} AS t ({string.Join(", ", Values.Keys)}) VALUES ({string.Join(", ", Values.Keys.Select(Literal))})
        """;

    /// <summary>Typed, so that a value means the same wherever it stands.</summary>
    public string Literal(string column) => Literal(Values[column], Table.Column(column).Type);

    public static string Literal(string? value, string type) => value is null ? $"NULL::{type}" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'::{type}";
}
