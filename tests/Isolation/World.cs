using AiTeams.Isolation.Tests.Catalogue;
using AiTeams.Isolation.Tests.Documents;
using AiTeams.Isolation.Tests.Matrix;
using AiTeams.Isolation.Tests.Rows;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Isolation.Tests;

/// <summary>
/// One database with rows of two users, of nobody and of each service in every table there is. Every test undoes what it does, so all of
/// them share it.
/// </summary>
public sealed class World : IAsyncLifetime
{
    public const string User = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

    public const string Other = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

    /// <summary>Rows that came with the product.</summary>
    private const string Product = "product";

    private readonly Dictionary<(string Table, string Owner), Row> _first = [];
    private readonly Dictionary<(string Table, string Owner), Row> _spare = [];
    private readonly Dictionary<string, List<string>> _owners = [];

    private TestDatabase _database = null!;

    public IReadOnlyList<Table> Tables { get; private set; } = [];

    public IReadOnlyList<Actor> Actors { get; } = Actor.All(AccessRights.Services, User);

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using var connection = await OpenAsync();
        Tables = await Table.ReadAllAsync(connection);
        await connection.ExecuteAsync(await Statements.ReadAsync("attempt.sql"));

        await connection.ExecuteAsync("BEGIN");
        var maker = new RowMaker(connection, Tables);
        var owned = Tables.OrderBy(table => table.Name != Table.Users).SelectMany(table => OwnersToMake(table).Select(owner => (table, owner))).ToList();
        foreach (var (table, owner) in owned)
        {
            _first[(table.Name, owner)] = await maker.FirstAsync(table.Name, owner);
        }

        foreach (var (table, owner) in owned.Where(pair => Past(pair.table).Contains(pair.owner)))
        {
            await maker.PastAsync(table.Name, owner);
        }

        foreach (var (table, owner) in owned)
        {
            _spare[(table.Name, owner)] = await maker.SpareAsync(table, owner);
        }

        await RegisterAsync(connection, maker.Made);
        await connection.ExecuteAsync("COMMIT; ANALYZE");
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    /// <summary>As superuser, on a connection on which no claims have ever been set.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"{_database.AdminConnectionString};Pooling=false;Include Error Detail=true");
        await connection.OpenAsync();
        return connection;
    }

    public Table Named(string name) => Tables.Single(table => table.Name == name);

    /// <summary>Whose rows there are in the table.</summary>
    public IReadOnlyList<string> OwnersOf(Table table) => _owners.GetValueOrDefault(table.Name) ?? [];

    /// <summary>Who has a row there whose time is over.</summary>
    public static IReadOnlyList<string> Past(Table table) =>
        AccessRights.Services.Any(role => AccessRights.Documented.Of(table.Name, role, 'D') == Reach.Expired) ? [User, Other] : [];

    public Row FirstOf(string table, string owner) => _first[(table, owner)];

    public Row Any(Table table) => _first.First(pair => pair.Key.Table == table.Name).Value;

    /// <summary>A row of each owner, to be inserted.</summary>
    public IReadOnlyDictionary<string, Row> SparesOf(Table table) =>
        _spare.Where(pair => pair.Key.Table == table.Name).ToDictionary(pair => pair.Key.Owner, pair => pair.Value);

    /// <summary>Whether a row of the table is some user's, by a column of its own or because of what it hangs on.</summary>
    public bool IsOwned(string name) => Named(name) is var table && (table.Name == Table.Users || table.OwnerColumn == Table.UserColumn
        || table.ForeignKeys.Any(key => key.Target != name && !key.Columns.All(column => table.Column(column).Nullable) && IsOwned(key.Target)));

    private static IEnumerable<string> OwnersToMake(Table table) => table switch
    {
        { BelongsToServices: true } => AccessRights.Services,
        _ when table.Columns.Any(column => column is { Name: Table.UserColumn, Nullable: true }) => [User, Other, Row.Nobody],
        _ => [User, Other],
    };

    private async Task RegisterAsync(NpgsqlConnection connection, List<Row> made)
    {
        foreach (var table in Tables)
        {
            await connection.ExecuteAsync($"""
                INSERT INTO isolation.rows
                SELECT $4::oid, t.tableoid, t.ctid, {table.KeyExpression}, coalesce(m.owner, {(table.OwnerColumn is { } owner ? $"t.{owner}::text, " : "")}'{Product}')
                FROM {table.Name} t LEFT JOIN unnest($1::oid[], $2::text[], $3::text[]) m (relation, key, owner) ON m.relation = t.tableoid AND m.key = {table.KeyExpression}
                """,
                made.Select(row => (long)row.Identity.Relation).ToArray(), made.Select(row => row.Identity.Key).ToArray(), made.Select(row => row.Owner).ToArray(), table.Oid);
        }

        foreach (var group in (await connection.RowsAsync("SELECT DISTINCT relation::text, owner FROM isolation.rows")).GroupBy(row => row[0]))
        {
            _owners[Tables.Single(table => $"{table.Oid}" == group.Key).Name] = [.. group.Select(row => row[1]!).Order(StringComparer.Ordinal)];
        }
    }
}
