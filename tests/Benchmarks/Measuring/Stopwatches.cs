using System.Diagnostics;

namespace AiTeams.Benchmarks.Measuring;

/// <summary>Times what is to be compared in turns, so that noise of the machine falls on all of them alike.</summary>
internal static class Stopwatches
{
    public const int LongestWarmUp = 200;

    /// <param name="runs">Each gets the number of the round, below 0 while warming up, and picks its user or its row by it: all pick the same.</param>
    public static async Task<Samples[]> RunAsync(int samples, CancellationToken cancellationToken, params Func<int, Task>[] runs)
    {
        var times = runs.Select(_ => new double[samples]).ToArray();
        for (var round = -Math.Min(samples / 10, LongestWarmUp); round < samples; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var turn = 0; turn < runs.Length; turn++)
            {
                // The one that comes first finds the pages cold, so nobody comes first always.
                var run = (turn + Math.Abs(round)) % runs.Length;
                var started = Stopwatch.GetTimestamp();
                await runs[run](round);
                if (round >= 0)
                {
                    times[run][round] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }
            }
        }

        return [.. times.Select(taken => new Samples(taken))];
    }
}
