using System.Globalization;
using AiTeams.Isolation.Tests.Catalogue;
using Npgsql;

namespace AiTeams.Isolation.Tests.Rows;

/// <summary>
/// Finds rows that a table accepts, whatever its columns, keys and CHECKs: it tries, and where the database refuses it changes what the
/// violated constraint is about. As superuser: what the policies say is for the matrix to find out.
/// </summary>
public sealed class RowMaker(NpgsqlConnection connection, IReadOnlyList<Table> tables)
{
    private const int MaxAttempts = 3000;
    private const string Past = "2020-01-01";

    private static readonly string[] TimesThatEnd = ["\"timestamp\"", "expires_at"];

    private readonly Dictionary<(string Table, string Owner), Row> _first = [];
    private int _number;

    /// <summary>Everything that was inserted.</summary>
    public List<Row> Made { get; } = [];

    /// <summary>The owner's first row of the table; others hang on it.</summary>
    public async Task<Row> FirstAsync(string name, string owner)
    {
        if (_first.TryGetValue((name, owner), out var row))
        {
            return row;
        }

        return _first[(name, owner)] = await AnotherAsync(name, owner);
    }

    /// <summary>Another row of the owner, ready to be inserted.</summary>
    public Task<Row> SpareAsync(Table table, string owner) => FindAsync(table, owner, insert: false);

    /// <summary>A row of the owner whose time is over.</summary>
    public async Task PastAsync(string name, string owner) => await InsertAsync((await FindAsync(Named(name), owner, insert: true)).With(
        Named(name).Columns.Where(column => TimesThatEnd.Contains(column.Name)).Select(column => KeyValuePair.Create(column.Name, (string?)Past))));

    private async Task<Row> AnotherAsync(string name, string owner) => await InsertAsync(await FindAsync(Named(name), owner, insert: true));

    private Table Named(string name) => tables.Single(table => table.Name == name);

    private async Task<Row> InsertAsync(Row row)
    {
        var columns = row.Table.Columns.Select(column => $"{column.Name}::text").Append("tableoid::text").Append(row.Table.KeyExpression);
        var values = (await connection.RowsAsync($"{row.Insert()} RETURNING {string.Join(", ", columns)}")).Single();
        row = row with
        {
            Values = row.Table.Columns.Zip(values).ToDictionary(pair => pair.First.Name, pair => pair.Second),
            Identity = (uint.Parse(values[^2]!, CultureInfo.InvariantCulture), values[^1]!),
        };
        Made.Add(row);
        return row;
    }

    private async Task<Row> FindAsync(Table table, string owner, bool insert)
    {
        var slots = Slots(table, owner, insert, ++_number);
        PostgresException? refusal = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var values = new Dictionary<string, string?>();
            foreach (var slot in slots)
            {
                foreach (var (column, value) in await slot.ValuesAsync())
                {
                    values[column] = value;
                }
            }

            var row = new Row(table, owner, values);
            refusal = await RefusalAsync(row);
            if (refusal is null)
            {
                return row;
            }

            if (!Reconsider(table, slots, refusal, _number))
            {
                break;
            }
        }

        throw new InvalidDataException($"no row of {owner} can be made for {table.Name}: {refusal?.SqlState} {refusal?.MessageText} {refusal?.Detail}");
    }

    private async Task<PostgresException?> RefusalAsync(Row row)
    {
        await connection.ExecuteAsync("SAVEPOINT trial");
        try
        {
            await connection.ExecuteAsync(row.Insert());
            return null;
        }
        catch (PostgresException ex)
        {
            return ex;
        }
        finally
        {
            await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT trial; RELEASE SAVEPOINT trial");
        }
    }

    /// <summary>Moves on, like an odometer, what the violated constraint speaks of; says when nothing is left to try.</summary>
    private static bool Reconsider(Table table, List<Slot> slots, PostgresException refusal, int number)
    {
        var constraint = refusal.ConstraintName;
        var columns = table.Checks.FirstOrDefault(check => check.Name == constraint)?.Columns
            ?? table.Uniques.FirstOrDefault(unique => unique.Name == constraint)?.Columns
            ?? (refusal.ColumnName is { Length: > 0 } column ? [column] : []);
        if (slots.Where(slot => slot.Columns.Any(columns.Contains)).Any(slot => slot.Advance()))
        {
            return true;
        }

        // What was left to its default is decided from now on.
        var undecided = columns.Where(name => !slots.Any(slot => slot.Columns.Contains(name))).Select(table.Column).FirstOrDefault(column => !column.Fixed);
        if (undecided is not null)
        {
            slots.Add(Slot.Of(undecided.Name, Candidates.For(table, undecided, number).Append(null)));
        }

        return undecided is not null;
    }

    private List<Slot> Slots(Table table, string owner, bool insert, int number)
    {
        var slots = new List<Slot>();
        foreach (var key in table.ForeignKeys.Where(key => key.Target != Table.Users))
        {
            var optional = key.Columns.All(column => column == table.OwnerColumn || table.Column(column).Nullable);
            if (optional && (owner == Row.Nobody || (insert && Needs(key.Target, table.Name))))
            {
                continue;
            }

            slots.Add(new(key.Columns, [async () => Reference(key, await FirstAsync(key.Target, owner)), Sibling(key, owner)]));
        }

        foreach (var column in table.Columns.Where(column => !column.Fixed && !slots.Any(slot => slot.Columns.Contains(column.Name))))
        {
            var isAccount = table.ForeignKeys.Any(key => key.Target == Table.Users && key.Columns.SequenceEqual([column.Name]));
            if (column.Name == table.OwnerColumn && table.Name != Table.Users || isAccount)
            {
                slots.Add(Slot.Of(column.Name, [owner == Row.Nobody ? null : owner]));
            }
            else if (table.Name == Table.Users && column.Name == "id")
            {
                slots.Add(Slot.Of(column.Name, [insert ? owner : $"{Guid.CreateVersion7()}"]));
            }
            else if (column.Name == table.PartitionColumn)
            {
                slots.Add(Slot.Of(column.Name, [Bound(table)]));
            }
            else if (column.Required)
            {
                slots.Add(Slot.Of(column.Name, Candidates.For(table, column, number)));
            }
        }

        return slots;
    }

    /// <summary>Whether a row of the one cannot be made without a row of the other.</summary>
    private bool Needs(string name, string other) => name == other || Named(name).ForeignKeys
        .Where(key => key.Target != name && !key.Columns.All(column => Named(name).Column(column).Nullable))
        .Any(key => Needs(key.Target, other));

    /// <summary>A second row of the parent, made when the first is taken: by a key, or by another foreign key that must not lead to the same one.</summary>
    private Func<Task<IReadOnlyDictionary<string, string?>>> Sibling(ForeignKey key, string owner)
    {
        var made = new Lazy<Task<Row>>(() => AnotherAsync(key.Target, owner));
        return async () => Reference(key, await made.Value);
    }

    private static Dictionary<string, string?> Reference(ForeignKey key, Row row) =>
        key.Columns.Zip(key.TargetColumns).ToDictionary(pair => pair.First, pair => row.Values[pair.Second]);

    /// <summary>The first value of a partition's range or list.</summary>
    private static string Bound(Table partition) => partition.Bound!.Split('\'') is { Length: > 1 } parts
        ? parts[1]
        : throw new InvalidDataException($"{partition.Name}: no value can be read from its bound, {partition.Bound}");
}
