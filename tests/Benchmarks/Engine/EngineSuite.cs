using System.Globalization;

namespace AiTeams.Benchmarks.Engine;

/// <summary>
/// Executions through the engine's start path, as the scheduler starts them for a webhook (gRPC, waiting for the answer), each with all its
/// history saved on a database that fsyncs.
/// </summary>
internal static class EngineSuite
{
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var engine = await EngineUnderTest.StartAsync(cancellationToken);
        await RunAsync(engine, options, cancellationToken);
    }

    public static async Task RunAsync(EngineUnderTest engine, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var stub = await Stub.StartAsync();
        var three = await engine.SaveAsync(Workflows.Chain(3), cancellationToken);
        var graph = await engine.SaveAsync(Workflows.Graph(), cancellationToken);
        var forty = await engine.SaveAsync(Workflows.Chain(40), cancellationToken);
        var code = await engine.SaveAsync(Workflows.Code(3), cancellationToken);
        var calls = await engine.SaveAsync(Workflows.Calls(3, stub.Url), cancellationToken);
        var duration = TimeSpan.FromSeconds(10 * options.Scale);
        foreach (var workflow in (string[])[three, graph, forty, calls, code])
        {
            await Load.RunAsync(engine, workflow, 10, duration, cancellationToken);
        }

        var plain = await PlainBatches.MeasureAsync(engine, options, cancellationToken);
        await options.Figures.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"name":"plain_batches","per_second":{{plain:F0}},"n":1}"""));
        await MeasureAsync("a_three_nodes", three, 1, 4, figure => ("p50 <= 5 ms", figure.P50Ms <= 5));
        await MeasureAsync("a_three_nodes", three, 10, 4, _ => null);
        await MeasureAsync("a_three_nodes", three, 50, 4, figure => (">= 2000/s and <= 0.1 syncs each", figure.PerSecond >= 2000 && figure.SyncsPerExecution <= 0.1));
        await MeasureAsync("b_three_steps_of_code", code, 1, 4, figure => ("p50 <= 5 ms", figure.P50Ms <= 5));
        await MeasureAsync("b_three_steps_of_code", code, 50, 4, figure => (">= 2000/s", figure.PerSecond >= 2000));
        await MeasureAsync("b_three_calls", calls, 1, 4, figure => ("p50 <= 5 ms", figure.P50Ms <= 5));
        await MeasureAsync("b_three_calls", calls, 50, 4, figure => (">= 2000/s", figure.PerSecond >= 2000));
        await MeasureAsync("c_graph_of_10", graph, 50, 11, figure => (">= 14000 nodes/s", figure.NodesPerSecond >= 14_000));
        await MeasureAsync("d_forty_steps", forty, 1, 41, figure => ("p50 <= 120 ms", figure.P50Ms <= 120));
        await MeasureAsync("d_forty_steps", forty, 50, 41, _ => null);
        if (options.Wants("paused"))
        {
            await Paused.MeasureAsync(engine, options, cancellationToken);
        }

        async Task MeasureAsync(string name, string workflow, int callers, int nodes, Func<EngineFigure, (string, bool)?> goal)
        {
            if (!options.Wants($"{name}@{callers}"))
            {
                return;
            }

            var commit = await PlainCommit.MeasureAsync(engine, options, cancellationToken);
            var before = await Meter.ReadAsync(engine, cancellationToken);
            var (times, took) = await Load.RunAsync(engine, workflow, callers, duration, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);     // statistics are handed in when a backend idles
            var after = await Meter.ReadAsync(engine, cancellationToken);
            await options.Figures.WriteLineAsync(EngineFigure.Of(name, callers, nodes, times, took, before, after, commit, plain, goal).ToJson());
        }
    }
}
