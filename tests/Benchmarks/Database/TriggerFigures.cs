using AiTeams.Benchmarks.Measuring;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.Benchmarks.Database;

/// <summary>Something came in from outside: which workflows does it start?</summary>
internal static class TriggerFigures
{
    private const double Goal = 1;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchmarkDatabase database, Sample sample, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var scheduler = database.As("scheduler_service");
        var plan = await Plan.ExplainAsync(scheduler, LookUp(0), cancellationToken);
        Plan.Require(plan.Contains("idx_trigger_index_", StringComparison.Ordinal), "an index of trigger_index", plan);
        Plan.Require(!plan.Contains("Seq Scan", StringComparison.Ordinal), "no Seq Scan", plan);

        var times = await Stopwatches.RunAsync(
            options.Samples,
            cancellationToken,
            round => RoundTrip.RunAsync(scheduler, LookUp(round), cancellationToken),
            round => RoundTrip.RunAsync(database.Admin, LookUp(round), cancellationToken),
            _ => RoundTrip.RunAsync(database.Admin, new NpgsqlBatchCommand("SELECT 1"), cancellationToken));
        var (byScheduler, withoutRules, nothing) = (times[0], times[1], times[2]);
        return
        [
            Figure.Below(Goal, "trigger_lookup", byScheduler, nothing),
            Figure.Of("trigger_lookup_without_rls", withoutRules, nothing),
            Figure.Surcharge("trigger_lookup_rls_cost", byScheduler, withoutRules, share: 0.05, milliseconds: 0.2),
            Figure.Of("trigger_lookup_baseline_select_1", nothing),
        ];

        NpgsqlBatchCommand LookUp(int round)
        {
            var (subtype, key) = sample.Trigger(round);
            return Statement.Of(TriggerLookup, Statement.Text(subtype), Statement.Text(key));
        }
    }

    private static string TriggerLookup { get; } = Embedded.Sql("trigger_lookup.sql");
}
