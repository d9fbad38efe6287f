namespace AiTeams.Benchmarks;

/// <param name="Scale">1 is what the goals are stated for; rows are that many times as many.</param>
/// <param name="Samples">How often each statement is timed.</param>
/// <param name="Only">With what the names of the wanted figures of the suite engine begin; empty for all.</param>
internal sealed record BenchmarkOptions(double Scale = 1, int Samples = 2_000, string Only = "")
{
    public bool Wants(string figure) => figure.StartsWith(Only, StringComparison.Ordinal);

    /// <summary>Where figures go, a line each.</summary>
    public TextWriter Figures { get; init; } = Console.Out;

    /// <summary>What is going on meanwhile.</summary>
    public TextWriter Progress { get; init; } = Console.Error;
}
