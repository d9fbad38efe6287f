using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>How the policies are written; what they do for whom, for every table, is tests/Isolation's.</summary>
public sealed class RowLevelSecurityTests(TwoUsers users) : IClassFixture<TwoUsers>
{
    private readonly TestDatabase _database = users.Database;
    private readonly (Guid UserId, Guid WorkflowId) _owner = users.Owner;

    [Fact]
    public async Task It_is_enabled_and_forced_on_every_table_that_is_not_the_ledger()
    {
        await using var connection = await _database.OpenAdministratorAsync();

        Assert.Empty(await connection.LinesAsync("""
            SELECT oid::regclass::text FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('public', 'auth', 'messaging')
              AND NOT (relrowsecurity AND relforcerowsecurity)
            """));
    }

    [Fact]
    public async Task Every_table_with_an_owner_compares_it_once_per_statement_and_finds_it_by_an_index()
    {
        await using var connection = await _database.OpenAdministratorAsync();

        var owned = await connection.LinesAsync("""
            SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
            WHERE attname = 'user_id' AND relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1
            """);
        var policies = await connection.LinesAsync("""
            SELECT polrelid::regclass::text FROM pg_policy
            WHERE polroles = ARRAY['authenticated'::regrole::oid] AND pg_get_expr(polqual, polrelid) = '(user_id = ( SELECT auth.uid() AS uid))'
            ORDER BY 1
            """);
        var indexed = await connection.LinesAsync("""
            SELECT DISTINCT i.indrelid::regclass::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE a.attname = 'user_id' AND i.indrelid::regclass::text = ANY ($1) ORDER BY 1
            """, (object)owned.ToArray());

        Assert.Subset(owned.ToHashSet(), Tables.Readable.ToHashSet());
        Assert.Equal(owned, policies);
        Assert.Equal(owned, indexed);
    }

    [Fact]
    public async Task Claims_end_with_their_transaction()
    {
        await using var connection = await _database.OpenUserAsync(_owner.UserId);
        Assert.Equal(1, await connection.CountAsync("workflows"));
        await connection.ExecuteAsync("COMMIT");

        Assert.Equal("", await connection.ScalarAsync<string>("SELECT current_setting('request.jwt.claims', true)"));
        await connection.ExecuteAsync("BEGIN; SET LOCAL ROLE authenticated");
        Assert.Equal(0, await connection.CountAsync("workflows"));
    }
}

/// <summary>One database for all tests of the class: each of them works in a transaction that it never commits.</summary>
public sealed class TwoUsers : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public (Guid UserId, Guid WorkflowId) Owner { get; private set; }

    public (Guid UserId, Guid WorkflowId) Other { get; private set; }

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Owner = await Tables.FillAsync(Database);
        Other = await Tables.FillAsync(Database);
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();
}
