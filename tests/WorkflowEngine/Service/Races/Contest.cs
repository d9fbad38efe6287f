using System.Collections.Concurrent;
using AiTeams.ServiceDefaults.Errors;
using Xunit;

namespace AiTeams.WorkflowEngine.Tests.Races;

/// <summary>One try of two contenders: who goes to which engine, and by how much the first is held back (or, below zero, the second).</summary>
internal sealed record Trial(int Number, Random Random, double Offset)
{
    /// <summary>One of the two engines, any of them.</summary>
    public Engine Any(TwoEngines engines) => engines.Engines[Random.Next(2)];

    /// <summary>Both at once but for the offset.</summary>
    public async Task<(TLeft Left, TRight Right)> BothAsync<TLeft, TRight>(Func<Task<TLeft>> left, Func<Task<TRight>> right)
    {
        var first = HeldBackAsync(Offset, left);
        var second = HeldBackAsync(-Offset, right);
        await Task.WhenAll(first, second);
        return (await first, await second);
    }

    /// <summary>For a contender who comes by himself, such as a timer: only the first can be held back.</summary>
    public Task<T> LeftAsync<T>(Func<Task<T>> left) => HeldBackAsync(Offset, left);

    private static async Task<T> HeldBackAsync<T>(double milliseconds, Func<Task<T>> contender)
    {
        await Task.Yield();
        if (milliseconds > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds));
        }

        return await contender();
    }
}

/// <summary>
/// Many trials of one pair. Who wins is held back the longer the next time, so that the offset stays where the outcome is open, and a random part
/// is added to it. The first is one that wins the less the longer it is held back. A contest that only one side ever wins shows nothing and is no success.
/// </summary>
internal sealed class Contest(string left, string right, double offset)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int Pairs = 9;
    private const int MostAtOnce = 48;
    private const int MostRounds = 5;
    private const double Spread = 12;

    private readonly ConcurrentDictionary<string, int> _wins = new();
    private readonly Lock _gate = new();
    private double _offset = offset;

    /// <summary>How many trials of each pair: RACE_TRIALS of all of them together, 360 unless told otherwise.</summary>
    public static int Trials { get; } =
        (int.TryParse(Environment.GetEnvironmentVariable("RACE_TRIALS"), out var wanted) && wanted > 0 ? wanted : 360) / Pairs;

    /// <summary>Runs them all, and again while only one side has won. A trial returns who has won: one of the two names.</summary>
    /// <returns>The number of wins by name, as text.</returns>
    public async Task<string> RunAsync(Func<Trial, Task<string>> play)
    {
        var rounds = 0;
        do
        {
            await RoundAsync(rounds * Trials, play);
        }
        while (++rounds < MostRounds && _wins.Count < 2);

        var result = $"{rounds * Trials} trials: {left} {_wins.GetValueOrDefault(left)}, {right} {_wins.GetValueOrDefault(right)} (offset at the end {_offset:0.0} ms)";
        Assert.True(_wins.Count == 2, $"One side never wins. {result}");
        return result;
    }

    /// <summary>What it came to: null, or the code of its refusal. Any other failure is one of the test.</summary>
    public static async Task<string?> RefusalAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (ProblemException refusal) when (refusal.Status == 409)
        {
            return refusal.Code;
        }
    }

    private Task RoundAsync(int first, Func<Trial, Task<string>> play)
    {
        var atOnce = Math.Clamp(Trials / 3, 2, MostAtOnce);
        return Parallel.ForEachAsync(
            Enumerable.Range(first, Trials), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (number, _) =>
            {
                var random = new Random(number);
                var winner = await play(new Trial(number, random, Volatile.Read(ref _offset) + ((random.NextDouble() - 0.5) * 2 * Spread)));
                Assert.Contains(winner, (string[])[left, right]);
                _wins.AddOrUpdate(winner, 1, static (_, wins) => wins + 1);
                HoldBack(winner);
            });
    }

    private void HoldBack(string winner)
    {
        lock (_gate)
        {
            var played = _wins.Values.Sum();
            var step = Math.Max(1, 16.0 / played);
            _offset += winner == left ? step : -step;
        }
    }
}
