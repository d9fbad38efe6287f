using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class EngineOwnershipTests(EngineOwnershipTests.Engines engines) : IClassFixture<EngineOwnershipTests.Engines>
{
    private const string Alive = "SELECT assert_engine_alive($1)";
    private const string Flush = "SELECT begin_flush($1, $2)";
    private const string Bury = "UPDATE engine_instances SET status = 'dead' WHERE id = $1";

    private readonly Guid _id = Guid.CreateVersion7();

    [Theory]
    [InlineData("dead")]
    [InlineData("stopped")]
    [InlineData(null)]
    public async Task An_engine_that_is_not_active_is_refused(string? status)
    {
        await using var engine = await engines.Database.OpenServiceAsync(ServiceRoles.Engine);
        if (status is not null)
        {
            await engine.ExecuteAsync("INSERT INTO engine_instances (id, name, status) VALUES ($1, 'one', $2)", _id, status);
        }

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => engine.ExecuteAsync(Alive, _id));

        Assert.Equal("AT001", refusal.SqlState);
    }

    [Fact]
    public async Task An_engine_cannot_be_declared_dead_during_its_flush()
    {
        await using var flush = await engines.StartFlushAsync(_id);
        await using var other = await engines.Database.OpenServiceAsync(ServiceRoles.Engine);

        await other.ExecuteAsync("SET lock_timeout = '50ms'");
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => other.ExecuteAsync(Bury, _id));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refusal.SqlState);

        await flush.ExecuteAsync("COMMIT");
        Assert.Equal(1, await other.ExecuteAsync(Bury, _id));
    }

    [Fact]
    public async Task A_heartbeat_does_not_wait_for_a_flush()
    {
        await using var flush = await engines.StartFlushAsync(_id);
        await using var heartbeat = await engines.Database.OpenServiceAsync(ServiceRoles.Engine);

        await heartbeat.ExecuteAsync("SET lock_timeout = '50ms'");
        Assert.Equal(1, await heartbeat.ExecuteAsync("UPDATE engine_instances SET heartbeat_at = now() WHERE id = $1", _id));
    }

    [Fact]
    public async Task A_flush_that_waited_for_the_burial_fails()
    {
        await using var burial = await engines.Database.OpenServiceAsync(ServiceRoles.Engine);
        await burial.ExecuteAsync("INSERT INTO engine_instances (id, name) VALUES ($1, 'one')", _id);
        await burial.ExecuteAsync("BEGIN");
        await burial.ExecuteAsync(Bury, _id);
        await using var flush = await engines.Database.OpenServiceAsync(ServiceRoles.Engine);

        var waiting = flush.ExecuteAsync(Alive, _id);
        await engines.Database.WaitUntilBlockedAsync(flush.ProcessID);
        await burial.ExecuteAsync("COMMIT");

        Assert.Equal("AT001", (await Assert.ThrowsAsync<PostgresException>(() => waiting)).SqlState);
    }

    [Fact]
    public async Task A_flush_is_written_once_and_none_before_it_afterwards()
    {
        await using var engine = await engines.Database.OpenServiceAsync(ServiceRoles.Engine);
        await engine.ExecuteAsync("INSERT INTO engine_instances (id, name) VALUES ($1, 'one')", _id);
        await engine.ExecuteAsync(Flush, _id, 7L);

        Assert.Equal("AT002", (await Assert.ThrowsAsync<PostgresException>(() => engine.ExecuteAsync(Flush, _id, 7L))).SqlState);
        Assert.Equal("AT002", (await Assert.ThrowsAsync<PostgresException>(() => engine.ExecuteAsync(Flush, _id, 6L))).SqlState);
        await engine.ExecuteAsync(Flush, _id, 8L);
        await engine.ExecuteAsync(Bury, _id);
        Assert.Equal("AT001", (await Assert.ThrowsAsync<PostgresException>(() => engine.ExecuteAsync(Flush, _id, 9L))).SqlState);
    }

    [Theory]
    [InlineData("COMMIT", "AT002")]
    [InlineData("ROLLBACK", null)]
    public async Task A_flush_sent_again_waits_for_its_first_try(string end, string? refusal)
    {
        await using var first = await engines.StartFlushAsync(_id);
        await first.ExecuteAsync(Flush, _id, 1L);
        await using var again = await engines.Database.OpenServiceAsync(ServiceRoles.Engine);

        var waiting = again.ExecuteAsync(Flush, _id, 1L);
        await engines.Database.WaitUntilBlockedAsync(again.ProcessID);
        await first.ExecuteAsync(end);

        Assert.Equal(refusal, (await Record.ExceptionAsync(() => waiting) as PostgresException)?.SqlState);
    }

    public sealed class Engines : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public async Task InitializeAsync() => Database = await TestDatabase.CreateAsync();

        public async Task DisposeAsync() => await Database.DisposeAsync();

        /// <summary>An active engine in the middle of its transaction.</summary>
        public async Task<NpgsqlConnection> StartFlushAsync(Guid id)
        {
            var flush = await Database.OpenServiceAsync(ServiceRoles.Engine);
            await flush.ExecuteAsync("INSERT INTO engine_instances (id, name) VALUES ($1, 'one')", id);
            await flush.ExecuteAsync("BEGIN");
            await flush.ExecuteAsync(Alive, id);
            return flush;
        }
    }
}
