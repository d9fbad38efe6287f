using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.ServiceDefaults.Tests.Database;

public sealed class UserDatabaseTests : IAsyncLifetime
{
    private const string WhoAmI = "SELECT current_user::text, coalesce(current_setting('request.jwt.claims', true), '')";

    private static readonly Caller Ann = Caller.For(Guid.NewGuid());
    private static readonly Caller Bob = Caller.For(Guid.NewGuid());

    private TestDatabase _database = null!;
    private NpgsqlDataSource _single = null!;
    private UserDatabase _users = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using var prepare = _database.Admin.CreateCommand("""
            CREATE TABLE public.notes (id int PRIMARY KEY, owner uuid NOT NULL DEFAULT auth.uid());
            ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON public.notes TO authenticated USING (owner = (SELECT auth.uid())) WITH CHECK (owner = (SELECT auth.uid()));
            GRANT SELECT, INSERT, DELETE ON public.notes TO authenticated;
            """);
        await prepare.ExecuteNonQueryAsync();

        // One connection: whatever one statement leaves behind, the next one finds. Nothing is reset on its way through the pool.
        _single = NpgsqlDataSource.Create($"{_database.ConnectionStringFor("scheduler_service")};Maximum Pool Size=1;No Reset On Close=true");
        _users = new UserDatabase(_single);
    }

    public async Task DisposeAsync()
    {
        await _single.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_statement_runs_as_the_user_and_nothing_of_it_stays()
    {
        var during = await WhoAsync(Ann);
        var after = await ServiceAsync();

        Assert.Equal(("authenticated", Ann.ClaimsJson), during);
        Assert.Equal(("scheduler_service", ""), after);
    }

    [Fact]
    public async Task Role_and_claims_travel_in_the_same_round_trip()
    {
        await using var relay = await CountingRelay.StartAsync(new NpgsqlConnectionStringBuilder(_database.AdminConnectionString).Port);
        await using var source = NpgsqlDataSource.Create(
            $"{_database.ConnectionStringFor("scheduler_service")};Port={relay.Port};Maximum Pool Size=1;No Reset On Close=true;SSL Mode=Disable");
        var users = new UserDatabase(source);
        await users.ExecuteAsync(Ann, new NpgsqlBatchCommand("SELECT 1"), default);
        var before = relay.RoundTrips;

        await users.QueryAsync(Ann, [new NpgsqlBatchCommand("SELECT 1"), new NpgsqlBatchCommand("SELECT 2")], (_, _) => Task.FromResult(0), default);

        Assert.Equal(1, relay.RoundTrips - before);
    }

    [Fact]
    public async Task The_reader_stands_at_the_first_statements_result()
    {
        var (first, second) = await _users.QueryAsync(
            Ann,
            [new NpgsqlBatchCommand("SELECT 41"), new NpgsqlBatchCommand("SELECT 'next'")],
            async (reader, ct) =>
            {
                await reader.ReadAsync(ct);
                var number = reader.GetInt32(0);
                await reader.NextResultAsync(ct);
                await reader.ReadAsync(ct);
                return (number, reader.GetString(0));
            },
            default);

        Assert.Equal((41, "next"), (first, second));
    }

    [Fact]
    public async Task A_user_sees_own_rows_and_no_others()
    {
        Assert.Equal(1, await _users.ExecuteAsync(Ann, Insert(1), default));
        Assert.Equal(1, await _users.ExecuteAsync(Bob, Insert(2), default));

        Assert.Equal([1], await IdsAsync(Ann));
        Assert.Equal([2], await IdsAsync(Bob));
        Assert.Equal(0, await _users.ExecuteAsync(Ann, new NpgsqlBatchCommand("DELETE FROM public.notes WHERE id = 2"), default));
    }

    [Fact]
    public async Task When_one_statement_fails_none_has_happened_and_the_role_is_gone()
    {
        await Assert.ThrowsAsync<PostgresException>(() => _users.QueryAsync(
            Ann, [Insert(10), new NpgsqlBatchCommand("SELECT 1 / 0")], (_, _) => Task.FromResult(0), default));

        Assert.Empty(await IdsAsync(Ann));
        Assert.Equal(("scheduler_service", ""), await ServiceAsync());
    }

    [Fact]
    public async Task A_statement_given_up_leaves_no_role_behind()
    {
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _users.ExecuteAsync(Ann, new NpgsqlBatchCommand("SELECT pg_sleep(30)"), impatient.Token));

        Assert.Equal(("scheduler_service", ""), await ServiceAsync());
        Assert.Equal(("authenticated", Bob.ClaimsJson), await WhoAsync(Bob));
    }

    [Fact]
    public async Task A_reader_that_throws_leaves_no_role_behind()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _users.QueryAsync<int>(
            Ann, new NpgsqlBatchCommand(WhoAmI), (_, _) => throw new InvalidOperationException(), default));

        Assert.Equal(("scheduler_service", ""), await ServiceAsync());
    }

    [Fact]
    public async Task Many_users_at_once_each_find_themselves()
    {
        await using var source = NpgsqlDataSource.Create($"{_database.ConnectionStringFor("scheduler_service")};Maximum Pool Size=4");
        var users = new UserDatabase(source);

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (_, ct) =>
        {
            var caller = Caller.For(Guid.NewGuid());
            var seen = await users.QueryAsync(caller, new NpgsqlBatchCommand("SELECT auth.uid()"), ReadAsync<Guid>, ct);
            Assert.Equal(caller.UserId, seen);
        });
    }

    [Fact]
    public async Task After_back_to_service_the_batch_goes_on_as_the_service_in_the_same_transaction()
    {
        var (role, transaction, before) = await _users.QueryAsync(
            Ann,
            [new NpgsqlBatchCommand("SELECT txid_current()"), UserDatabase.BackToService(), new NpgsqlBatchCommand("SELECT current_user::text, txid_current()")],
            async (reader, ct) =>
            {
                await reader.ReadAsync(ct);
                var first = reader.GetInt64(0);
                await reader.NextResultAsync(ct);
                await reader.NextResultAsync(ct);
                await reader.ReadAsync(ct);
                return (reader.GetString(0), reader.GetInt64(1), first);
            },
            default);

        Assert.Equal("scheduler_service", role);
        Assert.Equal(before, transaction);
    }

    private static NpgsqlBatchCommand Insert(int id) => new("INSERT INTO public.notes (id) VALUES ($1)") { Parameters = { new NpgsqlParameter { Value = id } } };

    private static async Task<T> ReadAsync<T>(NpgsqlDataReader reader, CancellationToken ct)
    {
        await reader.ReadAsync(ct);
        return await reader.GetFieldValueAsync<T>(0, ct);
    }

    private Task<(string Role, string Claims)> WhoAsync(Caller caller) => _users.QueryAsync(
        caller,
        new NpgsqlBatchCommand(WhoAmI),
        async (reader, ct) =>
        {
            await reader.ReadAsync(ct);
            return (reader.GetString(0), reader.GetString(1));
        },
        default);

    private async Task<(string Role, string Claims)> ServiceAsync()
    {
        await using var command = _single.CreateCommand(WhoAmI);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetString(0), reader.GetString(1));
    }

    private Task<List<int>> IdsAsync(Caller caller) => _users.QueryAsync(
        caller,
        new NpgsqlBatchCommand("SELECT id FROM public.notes ORDER BY id"),
        async (reader, ct) =>
        {
            var ids = new List<int>();
            while (await reader.ReadAsync(ct))
            {
                ids.Add(reader.GetInt32(0));
            }

            return ids;
        },
        default);
}
