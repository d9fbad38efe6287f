using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using AiTeams.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace AiTeams.Crash.Tests;

/// <summary>
/// Mixed workflows on two engines while engines, the database and the broker are killed under them. A sample in every run;
/// docs/operations.md says how to run a large one.
/// </summary>
public sealed class CrashTests(Cluster cluster, ITestOutputHelper output) : IClassFixture<Cluster>
{
    private const int FirstQuiet = 1_000_000;
    private const int FirstOfBursts = 2_000_000;
    private const int Burst = 20;
    private const double TakeOverSeconds = 10;
    private static readonly TimeSpan LongestStill = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentBag<Task> _interferences = [];
    private int _paused;

    [Fact]
    public async Task Whatever_is_killed_nothing_is_lost_stuck_or_done_twice()
    {
        var options = CrashOptions.FromEnvironment();
        output.WriteLine($"CRASH_SEED={options.Seed}");
        await RecordQuietRunsAsync();

        var began = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource();
        var watch = new ProgressWatch(cluster);
        var watching = watch.RunAsync(over.Token);
        var next = FirstOfBursts;
        using var supervisor = new Supervisor(cluster.Engines);
        var supervising = supervisor.RunAsync(over.Token);
        var faults = new Faults(
            cluster, supervisor, new Random(options.Seed),
            name => Task.WhenAll(Enumerable.Range(0, Burst).Select(_ => StartAsync(cluster.Workflows.Single(workflow => workflow.Name == name), Interlocked.Increment(ref next)))));
        var (harming, starting) = (faults.RunAsync(options.Duration), StartAllAsync(options));
        await await Task.WhenAny(harming, starting);      // what fails says so at once: without engines the other would wait for ever
        await Task.WhenAll(harming, starting);
        await EveryExecutionEndsAsync();
        await Task.WhenAll(_interferences);
        var took = Stopwatch.GetElapsedTime(began);
        await Eventually.AssertAsync(
            async () => (await cluster.ReadOnceAsync("SELECT id FROM messaging.outbox")).Count == 0
                && (await cluster.ReadOnceAsync("SELECT count(DISTINCT execution_id) = (SELECT count(*) FROM workflow_executions) FROM crash.heard"))[0] == "True",
            Patience, "every end is heard of");
        await over.CancelAsync();
        await Task.WhenAll(watching, supervising);

        await PrintAsync(options, took, watch, faults, supervisor);
        Assert.True(watch.LongestStill.For < LongestStill, $"{watch.LongestStill.What} stood still for {watch.LongestStill.For}");
        AssertTakeOver(options, faults);
        AssertCalls();
        await using var connection = await cluster.Admin.OpenConnectionAsync();
        foreach (var invariant in Invariant.All)
        {
            var violations = await ViolationsAsync(connection, invariant);
            Assert.True(violations.Count == 0, $"{invariant.Name}: {violations.Count}, {string.Join("; ", violations.Take(5))}");

            await using var transaction = await connection.BeginTransactionAsync();
            await using var lie = new NpgsqlCommand(invariant.Lie, connection);
            Assert.Equal(1, await lie.ExecuteNonQueryAsync());
            Assert.NotEmpty(await ViolationsAsync(connection, invariant));
            await transaction.RollbackAsync();
        }
    }

    // One execution of each workflow with nobody doing anything to it: what the others are compared with.
    private async Task RecordQuietRunsAsync()
    {
        await Task.WhenAll(cluster.Workflows.Select((workflow, at) => StartAsync(workflow, FirstQuiet + at)));
        await EveryExecutionEndsAsync();
        foreach (var workflow in cluster.Workflows)
        {
            if (workflow.Interference == Interference.Cancel)
            {
                await cluster.ExecuteAsync($"INSERT INTO crash.expected VALUES ('{workflow.Name}', '{workflow.Status}', NULL)");
                continue;
            }

            if (workflow.OtherNodeRuns is { } other)
            {
                await cluster.ExecuteAsync($"INSERT INTO crash.expected VALUES ('{workflow.Name}', '{workflow.Status}', '{other}')");
            }

            await cluster.ExecuteAsync($"""
                INSERT INTO crash.expected SELECT s.workflow, '{workflow.Status}',
                    string_agg(node_id || ':' || iteration || ':' || status, ' ' ORDER BY node_id, iteration)
                FROM crash.started s JOIN node_executions USING (execution_id) WHERE s.workflow = '{workflow.Name}' GROUP BY s.workflow
                """);
        }
    }

    // Evenly over the time, whoever is away at the moment.
    private Task StartAllAsync(CrashOptions options)
    {
        var began = Stopwatch.GetTimestamp();
        return Parallel.ForEachAsync(
            Enumerable.Range(0, options.Executions),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (number, cancellationToken) =>
            {
                var wait = (options.Duration * number / options.Executions) - Stopwatch.GetElapsedTime(began);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, cancellationToken);
                }

                await StartAsync(cluster.Workflows[number % cluster.Workflows.Count], number);
            });
    }

    private async Task StartAsync(MixedWorkflow workflow, int number)
    {
        var execution = await cluster.Client.StartAsync(cluster.IdOf(workflow), number);
        await cluster.ExecuteAsync($"INSERT INTO crash.started VALUES ({number}, '{workflow.Name}', '{execution}') ON CONFLICT DO NOTHING");
        if (workflow.Interference != Interference.None)
        {
            _interferences.Add(InterfereAsync(workflow.Interference, execution, number));
        }
    }

    // At another moment of each: before its first call is back, between two, while it waits.
    private async Task InterfereAsync(Interference interference, string execution, int number)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(number * 37 % 1100));
        if (interference == Interference.Cancel)
        {
            await cluster.Client.CancelAsync(execution, number);
        }
        else if (await cluster.Client.PauseAndResumeAsync(execution, number, TimeSpan.FromSeconds(1)))
        {
            Interlocked.Increment(ref _paused);
        }
    }

    private async Task EveryExecutionEndsAsync()
    {
        List<string> open = [];
        var began = Stopwatch.GetTimestamp();
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            open = await cluster.ReadAsync("""
                SELECT s.workflow, e.execution_id, e.status, i.name, i.status,
                    (SELECT string_agg(n.node_id || ':' || n.iteration || ':' || n.status, ' ') FROM node_executions n WHERE n.execution_id = e.execution_id),
                    (SELECT string_agg(t.node_id || ':' || t.reason || ' ' || t.due_at, ' ') FROM execution_timers t WHERE t.execution_id = e.execution_id)
                FROM workflow_executions e LEFT JOIN crash.started s USING (execution_id) LEFT JOIN engine_instances i ON i.id = e.engine_id
                WHERE e.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') LIMIT 5
                """);
        }
        while (open.Count > 0 && Stopwatch.GetElapsedTime(began) < Patience);

        Assert.True(open.Count == 0, $"These never end: {string.Join("; ", open)}");
    }

    private static void AssertTakeOver(CrashOptions options, Faults faults)
    {
        var away = faults.Done.Where(fault => fault.TakenOverAfter.Count > 0).ToArray();
        Assert.NotEmpty(away);
        Assert.True(
            !options.IsLarge || away.All(fault => fault.TakenOverAfter.Max() < TakeOverSeconds),
            $"Not within {TakeOverSeconds} s: {string.Join(", ", away.Select(fault => $"{fault.Kind} at {fault.AtSecond} s: {fault.TakenOverAfter.Max()} s"))}");
    }

    private void AssertCalls()
    {
        var calls = cluster.World.Calls.ToArray();
        Assert.All(calls, call => Assert.NotEmpty(call.Key));
        Assert.All(calls.GroupBy(call => call.NodeRun), run => Assert.Single(run.Select(call => call.Key).Distinct()));
        Assert.All(calls.GroupBy(call => call.Key), key => Assert.Single(key.Select(call => call.NodeRun).Distinct()));
    }

    private static async Task<List<string>> ViolationsAsync(NpgsqlConnection connection, Invariant invariant)
    {
        await using var command = new NpgsqlCommand(invariant.Violations, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var violations = new List<string>();
        while (await reader.ReadAsync())
        {
            violations.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column).ToString())));
        }

        return violations;
    }

    private async Task PrintAsync(CrashOptions options, TimeSpan took, ProgressWatch watch, Faults faults, Supervisor supervisor)
    {
        var runs = cluster.World.Calls.GroupBy(call => call.NodeRun).Select(run => run.Count()).ToArray();
        double[] takenOver = [.. faults.Done.SelectMany(fault => fault.TakenOverAfter).Order()];
        var line = JsonSerializer.Serialize(new
        {
            suite = "crash",
            seed = options.Seed,
            executions = (await cluster.ReadAsync("SELECT FROM workflow_executions")).Count,
            seconds = Math.Round(took.TotalSeconds, 1),
            faults = faults.Done.CountBy(fault => fault.Kind.ToString()).ToDictionary(),
            engines_started_anew = supervisor.Started,
            taken_over_executions = takenOver.Length,
            taken_over_s = takenOver.Length == 0 ? null : new { p50 = takenOver[takenOver.Length / 2], p95 = takenOver[takenOver.Length * 95 / 100], max = takenOver[^1] },
            taken_over_by_fault_s = faults.Done.Where(fault => fault.TakenOverAfter.Count > 0).Select(fault => fault.TakenOverAfter.Max()).Order(),
            longest_still_s = Math.Round(watch.LongestStill.For.TotalSeconds, 1),
            longest_still = watch.LongestStill.What,
            calls = runs.Sum(),
            calls_repeated = runs.Sum() - runs.Length,
            paused = _paused,
            sandboxes_killed = faults.SandboxesKilled,
            code_killed = (await cluster.ReadAsync("SELECT FROM node_executions WHERE node_subtype = 'RUN_CODE' AND status = 'ERROR'")).Count,
        });
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
