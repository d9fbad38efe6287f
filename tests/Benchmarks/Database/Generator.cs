using System.Globalization;
using Npgsql;

namespace AiTeams.Benchmarks.Database;

/// <summary>
/// Fills a database with 1,000 users, 1,000,000 workflows, 2,000,000 executions and 1,000,000 triggers, times the scale: set-based, by the .sql
/// files beside this, in minutes.
/// </summary>
internal static class Generator
{
    private const int Users = 1_000;
    private const int Workflows = 1_000_000;
    private const int Executions = 2_000_000;
    private const int Logs = 10_000_000;

    // After a bulk load nothing knows the tables: the planner needs statistics, and index-only scans the visibility map.
    private const string Settle =
        "VACUUM ANALYZE public.workflows, public.workflow_executions, public.node_executions, public.trigger_index, auth.users";

    public static async Task<Sample> FillAsync(BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, options, cancellationToken);
        foreach (var file in new[] { "fill_runs.sql", "fill_workflows.sql", "fill_executions.sql", "fill_triggers.sql" })
        {
            await options.Progress.WriteLineAsync(file);
            await RunAsync(connection, Embedded.Sql(file), cancellationToken);
        }

        await RunAsync(connection, Settle, cancellationToken);
        await RunAsync(connection, "CHECKPOINT", cancellationToken);
        return await Sample.DrawAsync(connection, cancellationToken);
    }

    /// <summary>Fills last month's partition of the log with 10,000,000 rows, times the scale, and returns how many that were.</summary>
    public static async Task<int> FillLogsAsync(BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, options, cancellationToken);
        await options.Progress.WriteLineAsync("fill_logs.sql");
        var month = new DateOnly(DateTime.UtcNow.Year, DateTime.UtcNow.Month, 1).AddMonths(-1);
        var partition = string.Create(CultureInfo.InvariantCulture, $"workflow_execution_logs_y{month.Year}m{month.Month:00}");
        await RunAsync(connection, Embedded.Sql("fill_logs.sql").Replace(":month", partition, StringComparison.Ordinal), cancellationToken);
        await RunAsync(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"ALTER TABLE public.workflow_execution_logs ATTACH PARTITION public.{partition} FOR VALUES FROM ('{month:O}') TO ('{month.AddMonths(1):O}')"),
            cancellationToken);
        await RunAsync(connection, "CHECKPOINT", cancellationToken);
        return Scaled(Logs, options);
    }

    private static int Scaled(int rows, BenchmarkOptions options) => Math.Max((int)(rows * options.Scale), 100);

    private static async Task<NpgsqlConnection> OpenAsync(BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var connection = await database.Admin.OpenConnectionAsync(cancellationToken);
        var workflows = Scaled(Workflows, options);
        await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"""
            SELECT set_config('benchmark.users', '{Math.Clamp(workflows / 20, 5, Users)}', false),
              set_config('benchmark.workflows', '{workflows}', false), set_config('benchmark.executions', '{Scaled(Executions, options)}', false),
              set_config('benchmark.logs', '{Scaled(Logs, options)}', false);
            SET timezone = 'UTC';
            SET session_replication_role = replica;  -- the rows fit together by construction: no foreign key has to be looked up
            SET synchronous_commit = off;
            SET maintenance_work_mem = '1GB';
            SET work_mem = '256MB';
            """), cancellationToken);
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1_800 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
