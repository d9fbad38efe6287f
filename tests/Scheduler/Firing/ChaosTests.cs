using System.Diagnostics;
using System.Globalization;
using AiTeams.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace AiTeams.Scheduler.Tests.Firing;

/// <summary>
/// Three schedulers whose clocks are two seconds apart, one of them killed every few seconds: no time is missed and none is fired twice. <c>CRON_CHAOS=100000</c> plays until so
/// many firings are due; otherwise a few hundred.
/// </summary>
public sealed class ChaosTests(TestEnvironment environment, ITestOutputHelper output) : IClassFixture<TestEnvironment>
{
    private const int Sample = 320;

    // As many as are due each second: a scheduler that is killed always has some of them in its hands.
    private const int SampledTriggers = 40;
    private const int Triggers = 400;

    private static readonly string[] Skews = ["-00:00:02", "00:00:00", "00:00:02"];

    [Fact]
    public async Task Nothing_is_missed_and_nothing_is_fired_twice()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("CRON_CHAOS") ?? $"{Sample}", CultureInfo.InvariantCulture);
        var triggers = wanted > Sample ? Triggers : SampledTriggers;
        await using var engine = await StubEngine.StartAsync();
        var admin = (await environment.DatabaseAsync()).Admin;
        await ExecuteAsync(admin, "CREATE TABLE first_due (workflow_id uuid PRIMARY KEY, first timestamptz NOT NULL)");
        var schedulers = await Task.WhenAll(Skews.Select(skew => StartAsync(engine, skew)));
        var started = Stopwatch.GetTimestamp();
        await ExecuteAsync(admin, Fill, triggers);

        var kills = 0;
        var seconds = wanted / triggers;
        while (kills < 2 || await ReadAsync<double>(admin, "SELECT extract(epoch FROM max(next_fire_at) - min(created_at))::float8 FROM trigger_index") < seconds)
        {
            var victim = schedulers[kills++ % schedulers.Length];
            await victim.KillAsync();
            await victim.StartAsync();                     // so that the other two live meanwhile: with all of them dead, times are rightly missed
        }

        await ExecuteAsync(admin, "UPDATE trigger_index SET is_active = false");
        await Eventually.AssertAsync(
            async () => await ReadAsync<long>(admin, "SELECT count(*) FROM trigger_firings WHERE status = 'queued'") == 0, TimeSpan.FromMinutes(2), "everything is handed over");

        // Each second from the first one due up to the one each trigger now waits for.
        var due = await ReadAsync<long>(admin, "SELECT sum(extract(epoch FROM i.next_fire_at - f.first))::bigint FROM trigger_index i JOIN first_due f USING (workflow_id)");
        var missed = await ReadAsync<long>(admin, Missed);
        var replays = engine.Started.Values.Sum(start => start.Times - 1);
        output.WriteLine($"{due} due, {engine.Started.Count} started, {missed} missed, {kills} kills, {replays} handed over again, {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
        Assert.True(kills > 1 && due >= wanted - triggers, $"{kills} kills and {due} due times prove nothing");
        Assert.Equal(0, missed);
        Assert.Equal(0, await ReadAsync<long>(admin, "SELECT sum(missed_count)::bigint FROM workflow_triggers"));
        Assert.Equal(due, await ReadAsync<long>(admin, "SELECT count(DISTINCT (workflow_id, due_at)) FROM trigger_firings WHERE status = 'started'"));
        Assert.Equal(due, engine.Started.Count);
        Assert.Equal(due, engine.Started.Values.Select(start => (start.Request.WorkflowId, start.Request.Data.ToStringUtf8())).Distinct().Count());
    }

    // Every second, from the next whole one on.
    private const string Fill = """
        WITH new AS MATERIALIZED (SELECT gen_random_uuid() AS workflow_id, gen_random_uuid() AS user_id, date_trunc('second', clock_timestamp()) + interval '1 second' AS first FROM generate_series(1, $1)),
        users AS (INSERT INTO auth.users (id, email, encrypted_password) SELECT user_id, user_id || '@example.com', '-' FROM new),
        flows AS (INSERT INTO workflows (id, user_id, name, workflow_data) SELECT workflow_id, user_id, 'Every second', '{}' FROM new),
        counts AS (INSERT INTO workflow_triggers (workflow_id, user_id, node_id, trigger_type) SELECT workflow_id, user_id, 'clock', 'CRON' FROM new),
        firsts AS (INSERT INTO first_due SELECT workflow_id, first FROM new)
        INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, trigger_config, index_key, next_fire_at)
        SELECT workflow_id, user_id, 'clock', 'TRIGGER', 'CRON', '{"cron_expression": "* * * * * *", "max_missed_runs": 10, "overlap_policy": "allow"}', '* * * * * *', first FROM new
        """;

    private const string Missed = """
        SELECT count(*) FROM trigger_index i JOIN first_due f USING (workflow_id), generate_series(f.first, i.next_fire_at - interval '1 second', interval '1 second') due
        WHERE NOT EXISTS (SELECT FROM trigger_firings g WHERE g.workflow_id = i.workflow_id AND g.due_at = due AND g.status = 'started')
        """;

    private Task<ServiceProcess> StartAsync(StubEngine engine, string skew) => environment.NewProcessAsync<SchedulerCalls>(new ServiceOptions
    {
        Needs = [Server.Postgres],
        Settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:rabbitmq"] = "amqp://nobody:nothing@127.0.0.1:9",
            ["services:workflow-engine:grpc:0"] = engine.Address,
            ["Clock:Skew"] = skew,
        },
    });

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, params object[] arguments)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }

        await command.ExecuteNonQueryAsync();
    }

    private static async Task<T> ReadAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
