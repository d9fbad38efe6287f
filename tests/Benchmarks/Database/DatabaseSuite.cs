using System.Diagnostics;
using AiTeams.Benchmarks.Measuring;

namespace AiTeams.Benchmarks.Database;

/// <summary>The statements people and engines wait for, at a million workflows, each beside a plain baseline.</summary>
internal static class DatabaseSuite
{
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var database = await BenchmarkDatabase.StartAsync(cancellationToken);
        await RunAsync(database, options, cancellationToken);
    }

    public static async Task RunAsync(BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var sample = await Generator.FillAsync(database, options, cancellationToken);
        await options.Progress.WriteLineAsync($"filled in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");

        Func<Task<IReadOnlyList<Figure>>>[] measures =
        [
            () => ListFigures.MeasureAsync(database, sample, options, cancellationToken),
            () => TriggerFigures.MeasureAsync(database, sample, options, cancellationToken),
            () => UpdateFigures.MeasureAsync(database, options, cancellationToken),
            () => LogMonthFigures.MeasureAsync(database, options, cancellationToken),
        ];
        foreach (var measure in measures)
        {
            foreach (var figure in await measure())
            {
                await options.Figures.WriteLineAsync(figure.ToJson());
            }
        }
    }
}
