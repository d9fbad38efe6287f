using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>
/// How often and when a failed node is tried again: the first wait times the factor for each further attempt, plus a part of the jitter so
/// that many nodes that failed together do not come back together.
/// </summary>
public sealed record RetryPolicy(int Attempts, TimeSpan FirstWait, double Factor, TimeSpan Jitter)
{
    /// <summary>No wait is longer, whatever the factor makes of it; what the other side asks for (Retry-After) may be.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>From <c>retry_attempts</c>, <c>retry_backoff_seconds</c>, <c>retry_backoff_factor</c> and <c>retry_jitter_seconds</c>, else from the node.</summary>
    public static RetryPolicy Of(NodeDefinition node)
    {
        var configuration = node.Configurations;
        return new(
            (int)Number(configuration["retry_attempts"], node.MaxRetries, 0, 10),
            TimeSpan.FromSeconds(Number(configuration["retry_backoff_seconds"], node.RetryWaitSeconds, 0, 86400)),
            Number(configuration["retry_backoff_factor"], 2, 1, 10),
            TimeSpan.FromSeconds(Number(configuration["retry_jitter_seconds"], 1, 0, 60)));
    }

    /// <param name="attempt">1 for the first attempt after the failed one.</param>
    /// <param name="seed">The same seed and attempt wait equally long, so that a replay decides the same.</param>
    /// <param name="retryAfter">What the other side asked for: never earlier.</param>
    public TimeSpan DelayBefore(int attempt, string seed, TimeSpan? retryAfter)
    {
        var seconds = Math.Min(FirstWait.TotalSeconds * Math.Pow(Factor, attempt - 1), LongestWait.TotalSeconds);
        var wait = TimeSpan.FromSeconds(seconds) + (Jitter * Fraction(seed, attempt));
        return retryAfter > wait ? retryAfter.Value : wait;
    }

    // FNV-1a: spreads, and is the same in every process.
    private static double Fraction(string seed, int attempt)
    {
        var hash = 2166136261u ^ (uint)attempt;
        foreach (var character in seed)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return hash / (double)uint.MaxValue;
    }

    private static double Number(JsonData value, double otherwise, double min, double max) =>
        value.TryGetNumber(out var number) ? Math.Clamp(number, min, max) : otherwise;
}
