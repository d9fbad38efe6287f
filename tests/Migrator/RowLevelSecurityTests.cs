using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class RowLevelSecurityTests(TwoUsers users) : IClassFixture<TwoUsers>
{
    private readonly TestDatabase _database = users.Database;
    private readonly (Guid UserId, Guid WorkflowId) _owner = users.Owner;
    private readonly (Guid UserId, Guid WorkflowId) _other = users.Other;

    public static TheoryData<string> ReadableTables() => new(Tables.Readable);

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

    [Theory, MemberData(nameof(ReadableTables))]
    public async Task A_user_sees_own_rows_and_nobody_elses(string table)
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);

        Assert.NotEqual(0, await user.CountAsync(table));
        Assert.Equal(0, await user.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id <> $1", _owner.UserId));
        Assert.Equal(0, await user.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id = $1", _other.UserId));
    }

    [Theory, MemberData(nameof(ReadableTables))]
    public async Task Another_users_rows_cannot_be_written(string table)
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);

        Assert.Equal("42501", await user.RefusalAsync(Tables.Insert(table), Tables.Parameters(table, _other.UserId, _other.WorkflowId)));
        foreach (var statement in new[]
                 {
                     $"UPDATE {table} SET user_id = user_id WHERE user_id = '{_other.UserId}'", $"DELETE FROM {table} WHERE user_id = '{_other.UserId}'",
                     $"UPDATE {table} SET user_id = '{_owner.UserId}' WHERE user_id = '{_other.UserId}'",
                 })
        {
            Assert.Equal(0, await TryAsync(user, statement));
        }
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("workflows")]
    [InlineData("nodes")]
    [InlineData("node_connections")]
    [InlineData("idempotency_keys")]
    public async Task Own_rows_cannot_be_given_away(string table)
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);

        Assert.Equal("42501", await user.RefusalAsync($"UPDATE {table} SET user_id = '{_other.UserId}'"));
    }

    [Theory]
    [InlineData("workflow_versions", "INSERT INTO workflow_versions (user_id, workflow_id, version, workflow_data) VALUES ($1, $2, 9, '{}')")]
    [InlineData("nodes", "INSERT INTO nodes (user_id, workflow_id, node_id, node_type, node_subtype, name) VALUES ($1, $2, 'x', 'ACTION', 'X', 'x')")]
    [InlineData("node_connections", "INSERT INTO node_connections (user_id, workflow_id, source_node_id, target_node_id) VALUES ($1, $2, 'a', 'b')")]
    [InlineData("workflows", "INSERT INTO workflows (user_id, session_id, name, workflow_data) VALUES ($1, (SELECT id FROM sessions WHERE user_id <> $1), 'x', '{}')")]
    public async Task Own_rows_cannot_be_hung_into_anothers_workflow(string table, string insert)
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);
        if (table == "workflows")
        {
            await using var administrator = await _database.OpenAdministratorAsync();
            var session = await administrator.ScalarAsync<Guid>("SELECT id FROM sessions WHERE user_id = $1", _other.UserId);
            insert = insert.Replace("(SELECT id FROM sessions WHERE user_id <> $1)", $"'{session}'", StringComparison.Ordinal);
            Assert.Equal("23503", await user.RefusalAsync(insert, _owner.UserId));
            return;
        }

        Assert.Equal("23503", await user.RefusalAsync(insert, _owner.UserId, _other.WorkflowId));
        Assert.Equal("23503", await user.RefusalAsync(insert, _owner.UserId, Guid.NewGuid()));      // the same answer as for one that is not there
    }

    [Theory, MemberData(nameof(ReadableTables))]
    public async Task Without_claims_nothing_is_seen(string table)
    {
        await using var connection = await _database.OpenServiceAsync(ServiceRoles.Engine);
        await connection.ExecuteAsync("BEGIN; SET LOCAL ROLE authenticated");

        Assert.Equal(0, await connection.CountAsync(table));
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

    [Fact]
    public async Task Claims_without_a_subject_see_nothing()
    {
        await using var connection = await _database.OpenServiceAsync(ServiceRoles.Engine);
        await connection.ExecuteAsync("""BEGIN; SET LOCAL ROLE authenticated; SELECT set_config('request.jwt.claims', '{"sub": ""}', true)""");

        Assert.Equal(0, await connection.CountAsync("workflows"));
    }

    [Fact]
    public async Task The_gateway_reads_only_for_the_caller_even_as_itself()
    {
        await using var gateway = await _database.OpenServiceAsync(ServiceRoles.Gateway);
        Assert.Equal(0, await gateway.CountAsync("workflows"));

        await gateway.ExecuteAsync($$"""BEGIN; SELECT set_config('request.jwt.claims', '{"sub": "{{_owner.UserId}}"}', true)""");
        Assert.Equal(1, await gateway.CountAsync("workflows"));
        Assert.Equal(1, await gateway.CountAsync("workflow_executions"));
        Assert.Equal(1, await gateway.CountAsync("sessions"));
    }

    [Fact]
    public async Task A_timer_is_seen_by_the_owner_of_its_execution_and_written_by_no_user()
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);

        Assert.Equal($"run of {_owner.WorkflowId}", Assert.Single(await user.LinesAsync("SELECT execution_id::text FROM execution_timers")));
        Assert.Equal("42501", await user.RefusalAsync("DELETE FROM execution_timers"));
        Assert.Equal("42501", await user.RefusalAsync("UPDATE execution_timers SET due_at = now()"));
    }

    [Fact]
    public async Task A_log_partition_is_no_way_around_the_policies()
    {
        await using var user = await _database.OpenUserAsync(_owner.UserId);
        var partition = await user.ScalarAsync<string>("SELECT tableoid::regclass::text FROM workflow_execution_logs");

        Assert.Equal("42501", await user.RefusalAsync($"SELECT FROM {partition}"));
    }

    [Fact]
    public async Task Each_service_sees_only_its_own_events()
    {
        await using var engine = await _database.OpenServiceAsync(ServiceRoles.Engine);
        await using var scheduler = await _database.OpenServiceAsync(ServiceRoles.Scheduler);
        await engine.ExecuteAsync("INSERT INTO messaging.outbox (type, payload) VALUES ('t', '{}')");
        await engine.ExecuteAsync("INSERT INTO messaging.inbox (consumer, message_id) VALUES ('c', gen_random_uuid())");

        Assert.Equal(1, await engine.CountAsync("messaging.outbox"));
        Assert.Equal(0, await scheduler.CountAsync("messaging.outbox"));
        Assert.Equal(0, await scheduler.CountAsync("messaging.inbox"));
        await scheduler.ExecuteAsync("BEGIN");
        Assert.Equal("42501", await scheduler.RefusalAsync("INSERT INTO messaging.outbox (service, type, payload) VALUES ('gateway_service', 't', '{}')"));
    }

    /// <summary>How many rows the statement wrote; none when it was refused outright.</summary>
    private static async Task<int> TryAsync(Npgsql.NpgsqlConnection connection, string statement)
    {
        await connection.ExecuteAsync("SAVEPOINT attempt");
        try
        {
            return await connection.ExecuteAsync(statement);
        }
        catch (Npgsql.PostgresException ex) when (ex.SqlState == "42501")
        {
            await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT attempt");
            return 0;
        }
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
