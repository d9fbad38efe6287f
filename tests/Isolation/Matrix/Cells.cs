using AiTeams.Isolation.Tests.Catalogue;
using AiTeams.Isolation.Tests.Documents;
using AiTeams.Isolation.Tests.Rows;

namespace AiTeams.Isolation.Tests.Matrix;

/// <summary>Everything that is tried on a table, and what the documentation says must come of it.</summary>
internal sealed class Cells(World world, Table table)
{
    private const string Refused = "42501";
    private const string Held = "policy";
    private const string Unreferenced = "23503";
    private const string NoClaims = "22P02";
    private const string Done = "done";
    private const string Nothing = "";

    /// <summary>Rows that may change only in one direction: by what they reach their end.</summary>
    private static readonly Dictionary<string, (string Column, string Value)> Ends = new()
    {
        ["workflow_deployment_history"] = ("completed_at", "2026-01-01"),
        ["hil_tokens"] = ("used_at", "2026-01-01"),
        ["node_specifications"] = ("is_active", "false"),
    };

    private readonly AccessRights _rights = AccessRights.Documented;
    private readonly IReadOnlyList<string> _owners = world.OwnersOf(table);

    public IEnumerable<Cell> Of(Actor actor) => [.. Reads(actor), .. Changes(actor), .. Deletes(actor), .. Inserts(actor), .. Truncates(actor), .. Hangs(actor)];

    private IEnumerable<Cell> Reads(Actor actor)
    {
        yield return Rows(actor, 'S', "read", "reads", $"SELECT array_agg({table.KeyExpression}) FROM {table.QualifiedName} t");
        if (_rights.Columns(table.Name, actor.Role, 'S') is { } columns)
        {
            yield return new(table, actor, "other", "reads all columns", $"SELECT * FROM {table.QualifiedName}", [Refused]);
            foreach (var column in table.Columns.Select(column => column.Name))
            {
                string[] read = actor.IsGarbled ? [Done, NoClaims] : [Done];
                yield return new(table, actor, "other", $"reads {column}", $"SELECT {column} FROM {table.QualifiedName}", columns.Contains(column.Trim('"')) ? read : [Refused]);
            }
        }
    }

    private IEnumerable<Cell> Changes(Actor actor)
    {
        var columns = _rights.Columns(table.Name, actor.Role, 'U');
        // Neither WHERE nor RETURNING nor the old value: those would need the right to read, and hide what only that stops.
        var (column, value) = Change(columns);
        yield return Rows(actor, 'U', "change", "changes", $"UPDATE {table.QualifiedName} SET {column} = {Row.Literal(value, table.Column(column).Type)}");
        if (columns is not null)
        {
            foreach (var other in table.Columns.Where(other => !other.Fixed && !columns.Contains(other.Name)))
            {
                yield return new(table, actor, "other", $"changes {other.Name}", $"UPDATE {table.QualifiedName} SET {other.Name} = {world.Any(table).Literal(other.Name)}", [Refused]);
            }
        }

        if (Reaches(actor, 'U') == Reach.Own && table.OwnerColumn is { } owner && _owners.Any(actor.Owns) && (columns is null || columns.Contains(owner)))
        {
            var other = Row.Literal(_owners.First(name => !actor.Owns(name) && name != Row.Nobody), table.Column(owner).Type);
            yield return new(table, actor, "other", "gives own rows away", $"UPDATE {table.QualifiedName} SET {owner} = {other}", [Held]);
        }
    }

    private IEnumerable<Cell> Deletes(Actor actor) => [Rows(actor, 'D', "delete", "deletes", $"DELETE FROM {table.QualifiedName}")];

    private IEnumerable<Cell> Inserts(Actor actor)
    {
        foreach (var (owner, row) in world.SparesOf(table))
        {
            string[] accepted = Reaches(actor, 'I') switch
            {
                Reach.All => [Done],
                Reach.Own when actor.Owns(owner) => [Done],
                Reach.Own when actor.IsGarbled => [Held, NoClaims],
                Reach.None when actor.Role != Actor.Owner => [Refused],
                _ => [Held],
            };
            yield return new(table, actor, "insert", $"inserts a row of {owner}", row.Insert(), LeftOpen(actor, owner) ? [Done, Held] : accepted);
        }
    }

    private IEnumerable<Cell> Truncates(Actor actor) =>
        actor.Role == Actor.Owner ? [] : [new(table, actor, "other", "truncates", $"TRUNCATE {table.QualifiedName}", [Refused])];

    /// <summary>An own row under another user's parent: refused, in the words that answer for a parent that is not there.</summary>
    private IEnumerable<Cell> Hangs(Actor actor)
    {
        foreach (var key in table.ForeignKeys.Where(key => actor.Caller is not null && world.IsOwned(key.Target) && actor.Role != Actor.Owner))
        {
            var columns = key.Columns.Zip(key.TargetColumns).Where(pair => pair.First != table.OwnerColumn).ToList();
            if (columns.Count == 0)
            {
                continue;
            }

            var others = world.FirstOf(key.Target, World.Other);
            var there = columns.Select(pair => KeyValuePair.Create(pair.First, others.Values[pair.Second])).ToList();
            var missing = columns.Select(pair => KeyValuePair.Create(pair.First, (string?)Missing(table.Column(pair.First)))).ToList();
            if (Reaches(actor, 'I') == Reach.Own)
            {
                var row = world.SparesOf(table)[actor.Caller!];
                yield return new(table, actor, "hang", $"inserts under another's {key.Target} ({key.Name})", row.With(there).Insert(),
                    [Unreferenced, Refused], row.With(missing).Insert());
            }

            if (Reaches(actor, 'U') == Reach.Own && _rights.Columns(table.Name, actor.Role, 'U') is null)
            {
                var row = world.FirstOf(table.Name, actor.Caller!);
                yield return new(table, actor, "hang", $"moves under another's {key.Target} ({key.Name})", Move(row, there), [Unreferenced, Refused], Move(row, missing));
            }
        }
    }

    private Cell Rows(Actor actor, char right, string verb, string what, string statement)
    {
        var reach = Reaches(actor, right);
        string[] accepted = reach switch
        {
            Reach.None when actor.Role != Actor.Owner => [Refused],
            Reach.None => [Nothing],
            Reach.Own => [Said(_owners.Where(actor.Owns))],
            Reach.Expired => [Said(World.Past(table).Select(owner => $"part of {owner}"))],
            _ => [Said(_owners)],
        };
        if (reach == Reach.Own && actor.IsGarbled)
        {
            accepted = [Nothing, NoClaims];
        }
        else if (actor.Caller is { } caller && LeftOpen(actor, caller))
        {
            accepted = [.. accepted, Said([caller])];
        }

        return new(table, actor, verb, what, statement, accepted) { Answers = Math.Max(_owners.Count, 1) };
    }

    private Reach Reaches(Actor actor, char right)
    {
        var reach = _rights.Of(table.Name, actor.Role, right);
        // The owner is a member of authenticated: policies for that role hold for it as well.
        return actor.Role == Actor.Owner && reach == Reach.None && _rights.Of(table.Name, Actor.Authenticated, right) == Reach.All ? Reach.All : reach;
    }

    /// <summary>With a user's claims the owner may do to that user's rows what the policies of authenticated allow; nobody relies on it.</summary>
    private static bool LeftOpen(Actor actor, string owner) => actor.Role == Actor.Owner && actor.Caller == owner;

    private (string Column, string? Value) Change(IReadOnlyList<string>? columns)
    {
        if (Ends.TryGetValue(table.Name, out var end))
        {
            return end;
        }

        var column = columns?[0] ?? UnremarkableColumn();
        return (column, world.Any(table).Values[column]);
    }

    /// <summary>One that no key needs and, where there is such a one, no CHECK compares.</summary>
    private string UnremarkableColumn()
    {
        var keys = table.Uniques.SelectMany(unique => unique.Columns).Concat(table.ForeignKeys.SelectMany(key => key.Columns)).ToHashSet();
        var columns = table.Columns.Select(column => column.Name)
            .Where(name => !table.Column(name).Fixed && !keys.Contains(name) && name != table.OwnerColumn && name != table.PartitionColumn).ToList();
        return columns.OrderBy(name => table.Checks.Any(check => check.Columns.Contains(name))).FirstOrDefault()
            ?? throw new InvalidDataException($"{table} has no column that can be given one value in all rows");
    }

    private static string Move(Row row, IEnumerable<KeyValuePair<string, string?>> values)
    {
        var moved = row.With(values);
        return $"""
            UPDATE {row.Table.QualifiedName} SET {string.Join(", ", values.Select(value => $"{value.Key} = {moved.Literal(value.Key)}"))}
            WHERE {string.Join(" AND ", row.Table.PrimaryKey.Select(column => $"{column} = {row.Literal(column)}"))}
            """;
    }

    private static string Missing(Column column) => column.Category switch
    {
        'U' => $"{Guid.NewGuid()}",
        'N' => "2000000000",
        _ => "is not there",
    };

    private static string Said(IEnumerable<string> owners) => string.Join(", ", owners.Order(StringComparer.Ordinal));
}
