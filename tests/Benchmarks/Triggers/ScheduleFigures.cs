using AiTeams.Benchmarks.Measuring;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.Benchmarks.Triggers;

/// <summary>A million schedules, ten to a workflow, due some time in the coming year: the statements that look at them.</summary>
internal static class ScheduleFigures
{
    private const double Goal = 1;
    private const int Rows = 1_000_000;
    private const int NodesPerWorkflow = 10;

    private static string Fill(int workflows) => $$"""
        CREATE TEMP TABLE new AS SELECT gen_random_uuid() AS workflow_id, gen_random_uuid() AS user_id, n FROM generate_series(1, {{workflows}}) n;
        INSERT INTO auth.users (id, email, encrypted_password) SELECT user_id, user_id || '@example.com', '-' FROM new;
        INSERT INTO workflows (id, user_id, name, workflow_data) SELECT workflow_id, user_id, 'Schedules', '{}' FROM new;
        INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, trigger_config, index_key, next_fire_at)
        SELECT workflow_id, user_id, 'clock' || i, 'TRIGGER', 'CRON', '{"cron_expression": "0 9 * * 1-5", "timezone": "Europe/Kyiv"}', '0 9 * * 1-5',
            now() + interval '1 day' + random() * interval '1 year' FROM new, generate_series(1, {{NodesPerWorkflow}}) i;
        INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, trigger_config, index_key)
        SELECT workflow_id, user_id, 'hook', 'TRIGGER', 'WEBHOOK', '{}', '/hooks/' || n FROM new WHERE n <= 10000;
        DROP TABLE new;
        """;

    public static async Task MeasureAsync(BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var workflows = Math.Max((int)(Rows * options.Scale) / NodesPerWorkflow, 10);
        await using (var fill = database.Admin.CreateCommand(Fill(workflows)))
        {
            fill.CommandTimeout = 1800;
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }

        await database.ExecuteAsync("VACUUM ANALYZE trigger_index", cancellationToken);
        await database.ExecuteAsync("ANALYZE workflows", cancellationToken);
        await options.Progress.WriteLineAsync($"{workflows * NodesPerWorkflow} schedules");

        var scheduler = database.As("scheduler_service");
        var plan = await Plan.ExplainAsync(scheduler, Due(), cancellationToken);
        Plan.Require(plan.Contains("idx_trigger_index_next_fire", StringComparison.Ordinal), "idx_trigger_index_next_fire", plan);
        Plan.Require(plan.Contains("Index Cond: (next_fire_at <=", StringComparison.Ordinal), "the moment as a condition of the index", plan);
        Plan.Require(!plan.Contains("Seq Scan", StringComparison.Ordinal), "no Seq Scan", plan);

        var idle = await TimeAsync();
        await options.Figures.WriteLineAsync(Figure.Below(Goal, "schedules_none_due", idle[0], idle[2]).ToJson());
        await options.Figures.WriteLineAsync(Figure.Below(Goal, "schedules_trigger_lookup", idle[1], idle[2]).ToJson());

        await database.ExecuteAsync(
            "UPDATE trigger_index SET next_fire_at = now() - interval '1 second' WHERE id IN (SELECT id FROM trigger_index WHERE trigger_subtype = 'CRON' LIMIT 10)", cancellationToken);
        var busy = await TimeAsync();
        await options.Figures.WriteLineAsync(Figure.Of("schedules_ten_due", busy[0], busy[2]).ToJson());

        Task<Samples[]> TimeAsync() => Stopwatches.RunAsync(
            options.Samples, cancellationToken,
            _ => RoundTrip.RunAsync(scheduler, Due(), cancellationToken),
            round => RoundTrip.RunAsync(scheduler, LookUp(round), cancellationToken),
            _ => RoundTrip.RunAsync(database.Admin, new NpgsqlBatchCommand("SELECT 1"), cancellationToken));

        NpgsqlBatchCommand LookUp(int round) =>
            Statement.Of(TriggerLookup, Statement.Text("WEBHOOK"), Statement.Text($"/hooks/{(Math.Abs(round) * 7919 % Math.Min(workflows, 10_000)) + 1}"));
    }

    private static NpgsqlBatchCommand Due() => Statement.Of(DueSchedules, Statement.Integer(1000));

    private static string DueSchedules { get; } = Embedded.Sql("due_schedules.sql");

    private static string TriggerLookup { get; } = Embedded.Sql("trigger_lookup.sql");
}
