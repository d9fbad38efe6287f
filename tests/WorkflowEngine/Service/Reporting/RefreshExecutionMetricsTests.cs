using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Reporting;

/// <summary>Whatever happens, the metrics are what counting the executions anew would give.</summary>
public sealed class RefreshExecutionMetricsTests : IAsyncLifetime
{
    private const string Counted = "SELECT coalesce(sum(executions), 0)::bigint FROM execution_metrics_hourly";

    private readonly MetricsDatabase _database = new();
    private Guid _user;
    private Guid _workflow;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _user = await _database.NewUserAsync();
        _workflow = await _database.NewWorkflowAsync(_user);
    }

    public Task DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_ended_is_added_to_its_hour_and_its_day_with_how_long_it_took_and_what_it_cost()
    {
        await _database.StartAsync(_user, _workflow, "run", count: 3);            // a second before eleven
        await _database.FinishAsync("SUCCESS", 1_000, "run1");
        await _database.FinishAsync("SUCCESS", 5_000, "run2", "run3");

        Assert.Equal(3, await _database.Duty.RunOnceAsync(CancellationToken.None));

        Assert.Equal("2026-11-20 10:00:00 1 1 1000 1000 1000 1 0.250000|2026-11-20 11:00:00 2 2 10000 5000 5000 5 0.500000", await RowsAsync("hourly", "hour AT TIME ZONE 'UTC'"));
        Assert.Equal("2026-11-20 3 3 11000 1000 5000 6 0.750000", await RowsAsync("daily", "day"));
        Assert.Equal(0, await _database.DifferencesAsync());
    }

    [Fact]
    public async Task A_second_round_finds_nothing_and_a_second_end_counts_nothing()
    {
        await _database.StartAsync(_user, _workflow, "run");
        await _database.FinishAsync("ERROR", 10, "run1");
        await _database.RefreshAllAsync();

        await _database.FinishAsync("SUCCESS", 20, "run1");
        await _database.ExecuteAsync("UPDATE workflow_executions SET error_message = 'again', status = 'ERROR'");

        Assert.Equal(0, await _database.Duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal(0, await _database.DifferencesAsync());
    }

    [Theory]
    [InlineData("PAUSED")]
    [InlineData("WAITING_FOR_HUMAN")]
    public async Task What_only_waits_counts_nowhere_until_it_ends(string status)
    {
        await _database.StartAsync(_user, _workflow, "run");
        await _database.FinishAsync(status, 10, "run1");
        Assert.Equal(0, await _database.Duty.RunOnceAsync(CancellationToken.None));

        await _database.FinishAsync("TIMEOUT", 30, "run1");

        Assert.Equal(1, await _database.Duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal(0, await _database.DifferencesAsync());
    }

    [Fact]
    public async Task An_execution_that_is_stored_as_finished_counts_too()
    {
        await _database.ExecuteAsync(
            """
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, start_time, end_time)
            VALUES ('born finished', $1, $2, 1, 'CANCELED', 1000, 2000)
            """, _workflow, _user);

        Assert.Equal(1, await _database.Duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal(0, await _database.DifferencesAsync());
    }

    [Fact]
    public async Task A_commit_that_comes_late_is_not_missed()
    {
        await _database.StartAsync(_user, _workflow, "run", count: 2);
        await using var slow = await _database.Engine.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await MetricsDatabase.FinishAsync(slow, "SUCCESS", 1, "run1");
        await _database.FinishAsync("SUCCESS", 9_000, "run2");                    // later, and committed earlier
        Assert.Equal(1, await _database.Duty.RunOnceAsync(CancellationToken.None));

        await transaction.CommitAsync();

        Assert.Equal(1, await _database.Duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal(0, await _database.DifferencesAsync());
    }

    [Fact]
    public async Task A_round_that_is_killed_leaves_everything_to_the_next()
    {
        await _database.StartAsync(_user, _workflow, "run", count: 10);
        await _database.FinishAsync("SUCCESS", 1, [.. Enumerable.Range(1, 10).Select(n => $"run{n}")]);
        await using (var killed = await _database.Engine.OpenConnectionAsync())
        {
            await using var transaction = await killed.BeginTransactionAsync();
            await using var refresh = new NpgsqlCommand("SELECT refresh_execution_metrics(6)", killed, transaction);
            Assert.Equal(6, await refresh.ExecuteScalarAsync());

            await _database.ExecuteAsync("SELECT pg_terminate_backend($1)", killed.ProcessID);
            await Assert.ThrowsAnyAsync<Exception>(() => transaction.CommitAsync());
        }

        await _database.RefreshAllAsync();

        Assert.Equal(10, await _database.ScalarAsync<long>(Counted));
        Assert.Equal(0, await _database.DifferencesAsync());
    }

    [Fact]
    public async Task While_one_engine_adds_up_another_goes_on_at_once()
    {
        await _database.StartAsync(_user, _workflow, "run");
        await _database.FinishAsync("SUCCESS", 1, "run1");
        await using var first = await _database.Engine.OpenConnectionAsync();
        await using var transaction = await first.BeginTransactionAsync();
        await using var refresh = new NpgsqlCommand("SELECT refresh_execution_metrics(100)", first, transaction);
        await refresh.ExecuteScalarAsync();

        Assert.Equal(0, await _database.Duty.RunOnceAsync(CancellationToken.None));
        await transaction.CommitAsync();

        Assert.Equal(0, await _database.DifferencesAsync());
    }

    [Fact]
    public async Task Deleting_an_execution_leaves_what_has_happened_and_deleting_the_workflow_takes_it()
    {
        var other = await _database.NewWorkflowAsync(_user);
        await _database.StartAsync(_user, _workflow, "run");
        await _database.StartAsync(_user, other, "other", count: 2);
        await _database.FinishAsync("SUCCESS", 1, "run1", "other1");
        await _database.RefreshAllAsync();
        await _database.ExecuteAsync("DELETE FROM workflow_executions WHERE execution_id = 'run1'");
        Assert.Equal(2, await _database.ScalarAsync<long>(Counted));

        await _database.FinishAsync("SUCCESS", 1, "other2");                      // still in the queue when its workflow goes
        await _database.ExecuteAsync("DELETE FROM workflows WHERE id = $1", other);

        Assert.Equal(1, await _database.Duty.RunOnceAsync(CancellationToken.None));
        Assert.Equal(1, await _database.ScalarAsync<long>(Counted));
        Assert.Equal(0L, await _database.ScalarAsync<long>("SELECT count(*) FROM execution_metrics_queue"));
    }

    [Fact]
    public async Task Old_hours_go_before_old_days()
    {
        foreach (var (prefix, at) in new[] { ("old", "2001-01-01 00:00+00"), ("hundred", DaysAgo(100)), ("new", DaysAgo(1)) })
        {
            await _database.StartAsync(_user, _workflow, prefix, startedAt: at);
            await _database.FinishAsync("SUCCESS", 1, $"{prefix}1");
        }

        await _database.RefreshAllAsync();

        Assert.Equal(4, await _database.Retention.RunOnceAsync(CancellationToken.None));
        Assert.Equal(1, await _database.ScalarAsync<long>(Counted));
        Assert.Equal(2L, await _database.ScalarAsync<long>("SELECT count(*) FROM execution_metrics_daily"));
    }

    private static string DaysAgo(int days) => $"{DateTime.UtcNow.AddDays(-days):O}";

    private Task<string> RowsAsync(string table, string time) => _database.ScalarAsync<string>($"""
        SELECT string_agg(concat_ws(' ', {time}, executions, timed_executions, duration_ms_sum, duration_ms_min, duration_ms_max, tokens_used, credits_consumed),
          '|' ORDER BY {time}) FROM execution_metrics_{table}
        """);
}
