using System.Globalization;
using AiTeams.Benchmarks.Engine;
using AiTeams.Benchmarks.Measuring;

namespace AiTeams.Benchmarks.Triggers;

/// <summary>Ten thousand workflows that are due in the same second: how long after it each has its execution, as the database tells.</summary>
internal static class DueAtOnce
{
    private const int Workflows = 10_000;
    private const int Rounds = 3;
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(2);

    private const string Document =
        """{"metadata":{"name":"Clock"},"nodes":[{"id":"start","name":"Start","description":"d","type":"TRIGGER","subtype":"CRON","configurations":{"cron_expression":"@yearly"}}],"connections":[],"triggers":["start"]}""";

    // Copies of one the engine has saved; all of them are due in the same second, and then not for a year.
    private static string Copy(int workflows, string original) => $$"""
        CREATE TABLE copies AS SELECT gen_random_uuid() AS id FROM generate_series(1, {{workflows}});
        INSERT INTO workflows (id, user_id, name, workflow_data) SELECT c.id, w.user_id, w.name, w.workflow_data FROM copies c, workflows w WHERE w.id = '{{original}}';
        INSERT INTO workflow_versions (workflow_id, version, user_id, workflow_data) SELECT c.id, 1, v.user_id, v.workflow_data FROM copies c, workflow_versions v WHERE v.workflow_id = '{{original}}';
        INSERT INTO workflow_triggers (workflow_id, user_id, node_id, trigger_type) SELECT c.id, w.user_id, 'start', 'CRON' FROM copies c, workflows w WHERE w.id = '{{original}}';
        INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, trigger_config, index_key)
        SELECT c.id, w.user_id, 'start', 'TRIGGER', 'CRON', '{}', 'once' FROM copies c, workflows w WHERE w.id = '{{original}}';
        ANALYZE;
        """;

    private const string Arm = """
        WITH due AS MATERIALIZED (SELECT date_trunc('second', clock_timestamp()) + interval '4 seconds' AS at)
        UPDATE trigger_index SET next_fire_at = due.at, trigger_config = json_build_object(
            'cron_expression', to_char(due.at AT TIME ZONE 'UTC', 'FMSS FMMI FMHH24 FMDD FMMM "*"'), 'overlap_policy', 'allow')
        FROM due WHERE index_key = 'once' RETURNING due.at
        """;

    // The scheduler's own part: noticed, queued, and set to its next time.
    private const string Fired = "SELECT extract(epoch FROM last_fired_at - $1)::float8 * 1000 FROM trigger_index WHERE index_key = 'once'";

    private const string Started = """
        SELECT extract(epoch FROM e.created_at - f.due_at)::float8 * 1000 FROM trigger_firings f JOIN workflow_executions e USING (execution_id) WHERE f.due_at = $1
        """;

    public static async Task MeasureAsync(EngineUnderTest engine, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var workflows = Math.Max((int)(Workflows * options.Scale), 10);
        var original = await engine.SaveAsync(Document, cancellationToken);
        await using (var copy = engine.Admin.CreateCommand(Copy(workflows, original)))
        {
            await copy.ExecuteNonQueryAsync(cancellationToken);
        }

        await engine.StartSchedulerAsync();
        for (var round = 1; round <= Rounds; round++)
        {
            await using var arm = engine.Admin.CreateCommand(Arm);
            var due = (DateTime)(await arm.ExecuteScalarAsync(cancellationToken))!;
            List<double> started;
            while ((started = await ReadAsync(engine, Started, due, cancellationToken)).Count < workflows)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
            }

            var fired = await ReadAsync(engine, Fired, due, cancellationToken);
            await options.Figures.WriteLineAsync(
                Figure.Of(string.Create(CultureInfo.InvariantCulture, $"due_at_once_{workflows}_round_{round}_queued"), new Samples(fired)).ToJson());
            var last = started.Max();
            await options.Figures.WriteLineAsync(Figure.Of(
                string.Create(CultureInfo.InvariantCulture, $"due_at_once_{workflows}_round_{round}"), new Samples(started), baseline: null,
                string.Create(CultureInfo.InvariantCulture, $"the last within {Goal.TotalSeconds} s; it took {last / 1000:F2} s"), last <= Goal.TotalMilliseconds).ToJson());
        }
    }

    private static async Task<List<double>> ReadAsync(EngineUnderTest engine, string sql, DateTime due, CancellationToken cancellationToken)
    {
        await using var command = engine.Admin.CreateCommand(sql);
        command.Parameters.Add(new() { Value = due });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var started = new List<double>();
        while (await reader.ReadAsync(cancellationToken))
        {
            started.Add(reader.GetDouble(0));
        }

        return started;
    }
}
