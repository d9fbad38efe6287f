using System.Globalization;
using AiTeams.Benchmarks.Measuring;

namespace AiTeams.Benchmarks.Engine;

/// <summary>Many executions that wait: what they cost, and how late others are woken among them.</summary>
internal static class Paused
{
    public static async Task MeasureAsync(EngineUnderTest engine, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var sleeper = await engine.SaveAsync(Workflows.Sleeper(86_400), cancellationToken);
        var count = (int)(100_000 * options.Scale);
        var before = Meter.Resident(engine.Process.ProcessId);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 200, CancellationToken = cancellationToken }, async (_, ct) =>
            await engine.Calls.StartExecutionAsync(Load.Request(engine, sleeper, waitSeconds: 0), engine.Identity, cancellationToken: ct));
        await UntilAllSleepAsync(engine, sleeper, cancellationToken);
        var after = Meter.Resident(engine.Process.ProcessId);
        await options.Figures.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"name":"paused","n":{{count}},"engine_megabytes_before":{{before / 1048576}},"engine_megabytes_after":{{after / 1048576}}}"""));

        var nap = await engine.SaveAsync(Workflows.Sleeper(1), cancellationToken);
        for (var at = 0; at < Math.Max((int)(1_000 * options.Scale), 20); at++)
        {
            await engine.Calls.StartExecutionAsync(Load.Request(engine, nap, waitSeconds: 0), engine.Identity, cancellationToken: cancellationToken);
        }

        var late = await LatenessAsync(engine, nap, cancellationToken);
        await options.Figures.WriteLineAsync(Figure.Of($"resumed_among_{count}_paused", late).ToJson());
    }

    private static async Task UntilAllSleepAsync(EngineUnderTest engine, string workflowId, CancellationToken cancellationToken)
    {
        await using var awake = engine.Admin.CreateCommand(
            $"SELECT count(*) FROM workflow_executions WHERE workflow_id = '{workflowId}' AND status <> 'PAUSED'");
        while ((long)(await awake.ExecuteScalarAsync(cancellationToken))! > 0)
        {
            await Task.Delay(200, cancellationToken);
        }
    }

    /// <summary>Milliseconds between when a wait was over and when its execution had ended.</summary>
    private static async Task<Samples> LatenessAsync(EngineUnderTest engine, string workflowId, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var command = engine.Admin.CreateCommand($"""
                SELECT (e.end_time - n.start_time - 1000)::float8, e.status FROM workflow_executions e
                JOIN node_executions n ON n.execution_id = e.execution_id AND n.node_id = 'sleep' WHERE e.workflow_id = '{workflowId}'
                """);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var late = new List<double>();
            var isOver = true;
            while (await reader.ReadAsync(cancellationToken))
            {
                isOver &= reader.GetString(1) == "SUCCESS";
                late.Add(isOver ? reader.GetDouble(0) : 0);
            }

            if (isOver)
            {
                return new Samples(late);
            }

            await Task.Delay(200, cancellationToken);
        }
    }
}
