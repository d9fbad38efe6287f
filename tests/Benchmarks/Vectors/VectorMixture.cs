using System.Numerics;

namespace AiTeams.Benchmarks.Vectors;

/// <summary>
/// Vectors as language models make them, from a seed: of length one, two unrelated ones about 0.7 alike because they share a large common
/// part, in clusters of unequal size, each spread over a few dozen directions and a little noise. Uniform random vectors would be no test:
/// in 1,536 dimensions they are all equally far from each other, and no index finds a neighbour that is none.
/// </summary>
internal sealed class VectorMixture
{
    public const int Dimensions = 1536;

    private const int Clusters = 400;
    private const int Directions = 512;
    private const int DirectionsPerCluster = 32;
    private const double Common = 0.70;
    private const double BetweenClusters = 0.15;
    private const double WithinCluster = 0.12;
    private const double Noise = 0.03;

    private readonly float[][] _centres;
    private readonly float[][] _directions;
    private readonly int[][] _directionsOf;

    public VectorMixture(int seed)
    {
        var random = new Random(seed);
        var common = Scaled(Gaussian(random), Common);
        _directions = [.. Enumerable.Range(0, Directions).Select(_ => Scaled(Gaussian(random), 1))];
        _centres = [.. Enumerable.Range(0, Clusters).Select(_ => Sum(common, Scaled(Gaussian(random), BetweenClusters)))];
        _directionsOf = [.. _centres.Select(_ => Enumerable.Range(0, DirectionsPerCluster).Select(_ => random.Next(Directions)).ToArray())];
    }

    /// <summary>The same random numbers give the same vector.</summary>
    public float[] Next(Random random)
    {
        // The square makes low numbers frequent: a few large clusters, many small ones.
        var cluster = (int)(Math.Pow(random.NextDouble(), 2) * Clusters);
        var vector = Scaled(Gaussian(random), Noise);
        Add(vector, _centres[cluster], 1);
        for (var rank = 0; rank < DirectionsPerCluster; rank++)
        {
            // Variances fall like 1/(rank + 2) and add up to about 2.6 over 32 ranks.
            var weight = Math.Sqrt(WithinCluster / 2.6 / (rank + 2)) * Normal(random);
            Add(vector, _directions[_directionsOf[cluster][rank]], (float)weight);
        }

        return Scaled(vector, 1);
    }

    private static float[] Gaussian(Random random)
    {
        var vector = new float[Dimensions];
        for (var at = 0; at < Dimensions; at++)
        {
            vector[at] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;    // near enough to a normal distribution
        }

        return vector;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>With this square of its length.</summary>
    private static float[] Scaled(float[] vector, double square)
    {
        var factor = (float)Math.Sqrt(square / vector.Sum(value => (double)value * value));
        for (var at = 0; at < Dimensions; at++)
        {
            vector[at] *= factor;
        }

        return vector;
    }

    private static float[] Sum(float[] one, float[] other)
    {
        Add(other, one, 1);
        return other;
    }

    private static void Add(float[] to, float[] vector, float weight)
    {
        for (var at = 0; at < Dimensions; at += Vector<float>.Count)
        {
            (new Vector<float>(to, at) + (new Vector<float>(vector, at) * weight)).CopyTo(to, at);
        }
    }
}
