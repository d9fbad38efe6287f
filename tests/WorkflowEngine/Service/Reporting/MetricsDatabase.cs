using AiTeams.ServiceDefaults.Database;
using AiTeams.Testing;
using AiTeams.WorkflowEngine.Reporting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Reporting;

/// <summary>A database with executions that begin and end, and the duty that adds them up.</summary>
public sealed class MetricsDatabase : IAsyncLifetime
{
    // What the metrics must be, counted anew from the executions themselves.
    private const string Recounted = """
        SELECT workflow_id, user_id, date_trunc('hour', to_timestamp(end_time / 1000.0), 'UTC') AS hour, status, count(*) AS executions,
          count(end_time - start_time) AS timed, sum(end_time - start_time) AS sum, min(end_time - start_time) AS min, max(end_time - start_time) AS max,
          sum(tokens_used) AS tokens, sum(credits_consumed) AS credits
        FROM workflow_executions WHERE status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') GROUP BY 1, 2, 3, 4
        """;

    private const string Hours = """
        SELECT workflow_id, user_id, hour, status, executions, timed_executions, duration_ms_sum, duration_ms_min, duration_ms_max, tokens_used,
          credits_consumed
        FROM execution_metrics_hourly
        """;

    private const string Days = """
        SELECT workflow_id, user_id, day, status, executions, timed_executions, duration_ms_sum, duration_ms_min, duration_ms_max, tokens_used,
          credits_consumed
        FROM execution_metrics_daily
        """;

    private TestDatabase _database = null!;

    internal RefreshExecutionMetrics Duty { get; private set; } = null!;

    internal ForgetOldMetrics Retention { get; private set; } = null!;

    public UserDatabase Users => new(Engine);

    public NpgsqlDataSource Engine => _database.As("workflow_engine_service");

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Duty = new RefreshExecutionMetrics(Engine, TimeProvider.System, NullLogger<RefreshExecutionMetrics>.Instance);
        Retention = new ForgetOldMetrics(Engine, TimeProvider.System, NullLogger<ForgetOldMetrics>.Instance);
    }

    public async Task DisposeAsync()
    {
        Duty.Dispose();
        Retention.Dispose();
        await _database.DisposeAsync();
    }

    public async Task<Guid> NewUserAsync()
    {
        var id = Guid.NewGuid();
        await ExecuteAsync("INSERT INTO auth.users (id, email, encrypted_password) VALUES ($1, $2, '-')", id, $"{id:N}@example.com");
        return id;
    }

    public async Task<Guid> NewWorkflowAsync(Guid user, string name = "one")
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync("INSERT INTO workflows (id, user_id, name, workflow_data) VALUES ($1, $2, $3, '{}')", id, user, name);
        return id;
    }

    /// <summary>Executions that run; their ids are the prefix and a number from 1.</summary>
    public Task StartAsync(Guid user, Guid workflow, string prefix, int count = 1, string startedAt = "2026-11-20 10:59:58+00") => ExecuteAsync(
        """
        INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, start_time, tokens_used, credits_consumed)
        SELECT $3 || n, $2, $1, 1, 'RUNNING', extract(epoch FROM $5::text::timestamptz) * 1000, n, 0.25 FROM generate_series(1, $4) n
        """,
        user, workflow, prefix, count, startedAt);

    /// <summary>As the engine's flush does it: a set of executions by one statement.</summary>
    public static async Task FinishAsync(NpgsqlConnection engine, string status, long durationMs, params string[] executionIds)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE workflow_executions SET status = $1, end_time = start_time + $2
            WHERE execution_id = ANY ($3) AND status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
            """,
            engine)
        {
            Parameters = { new() { Value = status }, new() { Value = durationMs }, new() { Value = executionIds } },
        };
        await command.ExecuteNonQueryAsync();
    }

    public async Task FinishAsync(string status, long durationMs, params string[] executionIds)
    {
        await using var connection = await Engine.OpenConnectionAsync();
        await FinishAsync(connection, status, durationMs, executionIds);
    }

    /// <summary>Rounds until one finds nothing.</summary>
    public async Task RefreshAllAsync()
    {
        while (await Duty.RunOnceAsync(CancellationToken.None) > 0)
        {
        }
    }

    /// <summary>Rows of the metrics that a full recomputation does not give, and the other way round.</summary>
    public async Task<long> DifferencesAsync() => await ScalarAsync<long>($"""
        WITH hours AS ({Hours}), days AS ({Days}), recounted AS ({Recounted}), recounted_days AS (
          SELECT workflow_id, user_id, (hour AT TIME ZONE 'UTC')::date AS day, status, sum(executions)::bigint, sum(timed)::bigint, sum(sum)::bigint, min(min),
            max(max), sum(tokens)::bigint, sum(credits)
          FROM recounted GROUP BY 1, 2, 3, 4)
        SELECT (SELECT count(*) FROM ((TABLE hours EXCEPT TABLE recounted) UNION ALL (TABLE recounted EXCEPT TABLE hours)) h)
          + (SELECT count(*) FROM ((TABLE days EXCEPT TABLE recounted_days) UNION ALL (TABLE recounted_days EXCEPT TABLE days)) d)
          + abs((SELECT coalesce(sum(executions), 0) FROM execution_metrics_durations)::bigint
              - (SELECT coalesce(sum(timed), 0) FROM recounted)::bigint)
        """);

    public async Task<T> ScalarAsync<T>(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Command(sql, arguments);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string sql, object[] arguments)
    {
        var command = _database.Admin.CreateCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }

        return command;
    }
}
