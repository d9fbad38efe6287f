using System.Diagnostics;
using AiTeams.Benchmarks.Measuring;

namespace AiTeams.Benchmarks.Engine;

/// <summary>The baseline: one row into a plain table, committed.</summary>
internal static class PlainCommit
{
    public static async Task<Samples> MeasureAsync(EngineUnderTest engine, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using (var create = engine.Admin.CreateCommand("CREATE TABLE IF NOT EXISTS plain_baseline (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data jsonb)"))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var times = new double[Math.Max((int)(200 * options.Scale), 20)];
        await using var connection = await engine.Admin.OpenConnectionAsync(cancellationToken);
        await using var insert = new Npgsql.NpgsqlCommand("""INSERT INTO plain_baseline (data) VALUES ('{"a": 1}')""", connection);
        await insert.PrepareAsync(cancellationToken);
        for (var at = 0; at < times.Length; at++)
        {
            var started = Stopwatch.GetTimestamp();
            await insert.ExecuteNonQueryAsync(cancellationToken);
            times[at] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return new Samples(times);
    }
}
