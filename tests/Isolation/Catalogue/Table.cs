using System.Text.Json;
using Npgsql;

namespace AiTeams.Isolation.Tests.Catalogue;

/// <summary>A table or partition as the catalogue describes it, named as docs/database.md names it.</summary>
public sealed record Table(
    string Name,
    long Oid,
    string? PartitionOf,
    string? Bound,
    string? PartitionColumn,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<ForeignKey> ForeignKeys,
    IReadOnlyList<Check> Checks,
    IReadOnlyList<Unique> Uniques)
{
    public const string UserColumn = "user_id";

    public const string Users = "auth.users";

    public string QualifiedName => Name.Contains('.', StringComparison.Ordinal) ? Name : $"public.{Name}";

    /// <summary>The column that names whose row it is, where there is one: a user's id, or the role of a service.</summary>
    public string? OwnerColumn => Name == Users ? "id" : Columns.FirstOrDefault(column => column.Name == UserColumn || column.IsRole)?.Name;

    public bool BelongsToServices => Columns.Any(column => column.IsRole);

    public IReadOnlyList<string> PrimaryKey => Uniques.SingleOrDefault(unique => unique.Primary)?.Columns
        ?? throw new InvalidDataException($"{Name} has no primary key");

    /// <summary>A row's primary key as one text, where the table is called t.</summary>
    public string KeyExpression => $"ROW({string.Join(", ", PrimaryKey.Select(column => $"t.{column}"))})::text";

    public static async Task<IReadOnlyList<Table>> ReadAllAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(await Statements.ReadAsync("tables.sql"), connection);
        return JsonSerializer.Deserialize<List<Table>>((string)(await command.ExecuteScalarAsync())!)!;
    }

    public Column Column(string name) => Columns.Single(column => column.Name == name);

    public override string ToString() => Name;
}

/// <param name="Required">It must be given: NOT NULL without a default.</param>
/// <param name="Fixed">It cannot be given: generated, or an identity.</param>
public sealed record Column(
    string Name, string Type, string Kind, char Category, int Modifier, bool Required, bool Nullable, bool Fixed, string? Default, IReadOnlyList<string> Labels)
{
    /// <summary>The row belongs to the service that writes it.</summary>
    public bool IsRole => Default is { } value && value.Contains("CURRENT_USER", StringComparison.OrdinalIgnoreCase);
}

public sealed record ForeignKey(string Name, string Target, IReadOnlyList<string> Columns, IReadOnlyList<string> TargetColumns);

public sealed record Check(string Name, string Definition, IReadOnlyList<string> Columns);

public sealed record Unique(string Name, bool Primary, IReadOnlyList<string> Columns);
