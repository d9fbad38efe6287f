namespace AiTeams.Benchmarks.Measuring;

/// <summary>How long each of a number of runs took, in milliseconds.</summary>
internal sealed class Samples
{
    private readonly double[] _byRound;
    private readonly double[] _sorted;

    public Samples(IEnumerable<double> milliseconds)
    {
        _byRound = [.. milliseconds];
        _sorted = [.. _byRound.Order()];
    }

    public int Count => _sorted.Length;

    public double P50 => Percentile(50);

    public double P95 => Percentile(95);

    public double P99 => Percentile(99);

    /// <summary>How much longer this took than the other, round by round: both asked for the same, one after the other.</summary>
    public Samples Minus(Samples other) => new(_byRound.Zip(other._byRound, (mine, others) => mine - others));

    /// <summary>The nearest rank: a value that was measured.</summary>
    private double Percentile(int percent) => _sorted[Math.Max((int)Math.Ceiling(_sorted.Length * percent / 100d) - 1, 0)];
}
