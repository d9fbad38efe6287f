using AiTeams.Testing;
using AiTeams.WorkflowEngine.Ownership;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Ownership;

/// <summary>An engine that froze in the middle of a transaction holds rows, its own among them. Whoever takes over ends its session first.</summary>
[Collection(DefinitionApi.Name)]
public sealed class SilentSessionTests(DefinitionApi api) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Guid _silent = Guid.CreateVersion7();
    private NpgsqlDataSource _sessions = null!;

    private TakeOver TakeOver => api.Host.Services.GetRequiredService<TakeOver>();

    public async Task InitializeAsync()
    {
        _sessions = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync("workflow_engine_service"))
        {
            ApplicationName = $"{EngineInstance.SessionPrefix}{_silent}",
        });
        await Eventually.AssertAsync(
            () => api.Host.Services.GetRequiredService<Heartbeat>().MayJudgeOthers, Patience, "the engine has been heard for a while");
        // Not to be given up before it is told to be silent.
        await api.ExecuteAsync(
            "INSERT INTO engine_instances (id, name, heartbeat_at, status) VALUES ($1, 'silent', now() + interval '1 hour', 'active')", _silent);
    }

    public async Task DisposeAsync() => await _sessions.DisposeAsync();

    [Fact]
    public async Task Each_engine_names_its_sessions()
    {
        var name = api.Host.Services.GetRequiredService<EngineInstance>().SessionName;
        Assert.True(await api.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", name) > 0);
    }

    [Fact]
    public async Task It_stopped_half_way_through_sending_a_batch()
    {
        await using var relay = new TcpRelay(new NpgsqlConnectionStringBuilder(_sessions.ConnectionString).Port);
        await using var sessions = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync("workflow_engine_service"))
        {
            ApplicationName = $"{EngineInstance.SessionPrefix}{_silent}",
            Port = relay.Port,
        });
        await using var connection = await sessions.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new("SELECT assert_engine_alive($1)") { Parameters = { new() { Value = _silent } } });
        batch.BatchCommands.Add(new("SELECT length($1)") { Parameters = { new() { Value = new byte[1_000_000] } } });
        relay.StopAfter(500_000);
        var flush = batch.ExecuteNonQueryAsync();
        await LockedAsync();
        Assert.True(await HasSessionAsync("state = 'active'"));

        await FallSilentAsync();
        await GivenUpAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => flush);
    }

    [Fact]
    public async Task It_stopped_between_two_statements()
    {
        await using var connection = await _sessions.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await AssertAliveAsync(connection);

        await FallSilentAsync();
        await GivenUpAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync());
    }

    [Fact]
    public async Task A_session_whose_statement_is_at_work_is_left_alone_and_so_is_one_of_an_engine_that_is_heard()
    {
        await using var obstacle = await api.Admin.OpenConnectionAsync();
        await ExecuteAsync(obstacle, "SELECT pg_advisory_lock(7301)");
        await using var busy = await _sessions.OpenConnectionAsync();
        await using var transaction = await busy.BeginTransactionAsync();
        await AssertAliveAsync(busy);
        await OlderThanASecondAsync();

        Assert.Equal(0, await TakeOver.RunOnceAsync(CancellationToken.None));        // idle, but heard
        var working = ExecuteAsync(busy, "SELECT pg_advisory_xact_lock(7301)");
        await Eventually.AssertAsync(
            () => HasSessionAsync("wait_event_type = 'Lock'"), Patience, "the statement waits");
        await FallSilentAsync();
        Assert.Equal(0, await TakeOver.RunOnceAsync(CancellationToken.None));
        Assert.False(working.IsCompleted);

        await ExecuteAsync(obstacle, "SELECT pg_advisory_unlock(7301)");
        await working;
        await transaction.CommitAsync();
        await GivenUpAsync();
    }

    private Task FallSilentAsync() => api.ExecuteAsync("UPDATE engine_instances SET heartbeat_at = now() - interval '1 hour' WHERE id = $1", _silent);

    private async Task GivenUpAsync() => await Eventually.AssertAsync(
        async () => await api.ScalarAsync<long>("SELECT count(*) FROM engine_instances WHERE id = $1", _silent) == 0, Patience, "the silent engine is given up");

    // Without waiting, so that looking does not take part.
    private async Task LockedAsync() => await Eventually.AssertAsync(
        async () => await api.ScalarAsync<long>("SELECT count(*) FROM (SELECT FROM engine_instances WHERE id = $1 FOR UPDATE SKIP LOCKED) AS free", _silent) == 0,
        Patience, "the first statement of the batch has run");

    private async Task OlderThanASecondAsync() =>
        await Eventually.AssertAsync(() => HasSessionAsync("xact_start < now() - interval '1 second'"), Patience, "the transaction is a second old");

    private async Task<bool> HasSessionAsync(string condition) => await api.ScalarAsync<bool>(
        $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1 AND {condition})", $"{EngineInstance.SessionPrefix}{_silent}");

    private async Task AssertAliveAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT assert_engine_alive($1)", connection) { Parameters = { new() { Value = _silent } } };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
