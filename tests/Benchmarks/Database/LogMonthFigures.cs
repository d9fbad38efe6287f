using System.Diagnostics;
using System.Globalization;
using AiTeams.Benchmarks.Measuring;
using Npgsql;

namespace AiTeams.Benchmarks.Database;

/// <summary>Retention: last month's log lines go at once, however many they are.</summary>
internal static class LogMonthFigures
{
    private const double Goal = 1_000;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var rows = await Generator.FillLogsAsync(database, options, cancellationToken);
        var engine = database.As("workflow_engine_service");
        await RoundTrip.RunAsync(engine, new NpgsqlBatchCommand("SELECT drop_log_partitions_before('2000-01-01')"), cancellationToken);

        // An empty month beside it, for what dropping costs without any rows.
        var empty = await DropAsync(engine, before: "date_trunc('month', now())::date - interval '1 month'", expected: 0, cancellationToken);
        var full = await DropAsync(engine, before: "date_trunc('month', now())::date", expected: 1, cancellationToken);
        return
        [
            Figure.Below(Goal, string.Create(CultureInfo.InvariantCulture, $"drop_month_of_{rows}_log_rows"), full, empty),
            Figure.Of("drop_month_baseline_nothing_to_drop", empty),
        ];
    }

    private static async Task<Samples> DropAsync(NpgsqlDataSource engine, string before, int expected, CancellationToken cancellationToken)
    {
        await using var command = engine.CreateCommand($"SELECT drop_log_partitions_before(({before})::date)");
        var started = Stopwatch.GetTimestamp();
        var dropped = await command.ExecuteScalarAsync(cancellationToken);
        var taken = Stopwatch.GetElapsedTime(started);
        return dropped is int count && count == expected
            ? new Samples([taken.TotalMilliseconds])
            : throw new InvalidOperationException($"{dropped} months were dropped, not {expected}.");
    }
}
