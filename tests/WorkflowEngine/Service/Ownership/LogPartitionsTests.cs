using AiTeams.Testing;
using AiTeams.WorkflowEngine.Ownership;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Ownership;

public sealed class LogPartitionsTests : IAsyncLifetime
{
    private const string Latest = "(SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'workflow_execution_logs'::regclass)";

    private readonly FakeTimeProvider _clock = new();
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task It_makes_the_month_that_is_missing_and_then_has_nothing_to_do()
    {
        await DropLatestAsync();
        using var duty = Duty();

        Assert.Equal((1, 0), await duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal((0, 0), await duty.RunOnceAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(null, 1)]                                 // 30 days
    [InlineData("45", 1)]
    [InlineData("3650", 0)]
    public async Task It_drops_a_month_that_is_older_than_configured(string? days, int expected)
    {
        await MakeOldMonthAsync();
        using var duty = Duty(days);

        Assert.Equal((0, expected), await duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal(1 - expected, await ScalarAsync<long>("SELECT count(*) FROM workflow_execution_logs"));
    }

    [Fact]
    public async Task A_retention_that_would_take_everything_is_refused_after_the_partitions_were_made()
    {
        await DropLatestAsync();
        using var duty = Duty("0");

        await Assert.ThrowsAsync<PostgresException>(() => duty.RunOnceAsync(CancellationToken.None));

        Assert.Equal(5, await ScalarAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'workflow_execution_logs'::regclass"));
    }

    [Fact]
    public async Task A_round_that_failed_is_repeated_after_a_minute_and_a_good_one_after_half_a_day()
    {
        await ExecuteAsync("REVOKE EXECUTE ON FUNCTION maintain_log_partitions(integer) FROM workflow_engine_service");
        await DropLatestAsync();
        using var duty = Duty();
        await duty.StartAsync(CancellationToken.None);

        await ExecuteAsync("GRANT EXECUTE ON FUNCTION maintain_log_partitions(integer) TO workflow_engine_service");
        await EventuallyMadeAsync(TimeSpan.FromMinutes(1));

        await DropLatestAsync();
        await EventuallyMadeAsync(TimeSpan.FromHours(12));
        await duty.StopAsync(CancellationToken.None);
    }

    private async Task EventuallyMadeAsync(TimeSpan pause) => await Eventually.AssertAsync(
        async () =>
        {
            _clock.Advance(pause);                        // again and again: it may not be waiting yet
            return await ScalarAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'workflow_execution_logs'::regclass") == 5;
        },
        TimeSpan.FromSeconds(30), "the missing month is made");

    private LogPartitions Duty(string? days = null) => new(
        _database.As("workflow_engine_service"),
        new ConfigurationBuilder().AddInMemoryCollection([new(LogPartitions.RetentionSetting, days)]).Build(),
        _clock, NullLogger<LogPartitions>.Instance);

    private Task DropLatestAsync() => ExecuteAsync($"DO $$ BEGIN EXECUTE format('DROP TABLE %s', {Latest}); END $$");

    /// <summary>A month that ended more than 100 days ago, with a line in it.</summary>
    private Task MakeOldMonthAsync() => ExecuteAsync("""
        DO $$
        DECLARE
          month timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '5 months';
          name text := to_char(month AT TIME ZONE 'UTC', '"workflow_execution_logs_y"YYYY"m"MM');
        BEGIN
          EXECUTE format('CREATE TABLE %I PARTITION OF workflow_execution_logs FOR VALUES FROM (%L) TO (%L)', name, month, month + interval '1 month');
          EXECUTE format('ALTER TABLE %I OWNER TO aiteams_owner', name);
          INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message, created_at)
          VALUES ('e', gen_random_uuid(), 1, 'separator', 'x', month + interval '3 days');
        END
        $$
        """);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
