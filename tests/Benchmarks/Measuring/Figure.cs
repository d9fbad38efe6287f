using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiTeams.Benchmarks.Measuring;

/// <param name="RatioToBaseline">p50 divided by that of the plain baseline of the same run: a figure that survives a noisy machine.</param>
/// <param name="Goal">In words; null when there is none to meet.</param>
internal sealed record Figure(
    string Name, double P50Ms, double P95Ms, double P99Ms, double? RatioToBaseline, string? Goal, bool? Met, int N)
{
    // A goal says "<" and not "\u003C": nobody puts these lines into a page.
    private static readonly FigureJson Json = new(
        new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static Figure Of(string name, Samples samples, Samples? baseline = null, string? goal = null, bool? met = null) => new(
        name, Rounded(samples.P50), Rounded(samples.P95), Rounded(samples.P99), baseline is null ? null : Rounded(samples.P50 / baseline.P50), goal, met,
        samples.Count);

    /// <summary>A figure whose 95th percentile must stay below a number of milliseconds.</summary>
    public static Figure Below(double milliseconds, string name, Samples samples, Samples baseline) =>
        Of(name, samples, baseline, FormattableString.Invariant($"p95 < {milliseconds} ms"), samples.P95 < milliseconds);

    /// <summary>What one statement costs over another: at most a share of it, or a number of milliseconds.</summary>
    public static Figure Surcharge(string name, Samples with, Samples without, double share, double milliseconds)
    {
        var more = with.Minus(without);
        var goal = FormattableString.Invariant($"p50 at most {share * 100} % or {milliseconds} ms");
        var figure = Of(name, more, baseline: null, goal, more.P50 <= without.P50 * share || more.P50 <= milliseconds);
        return figure with { RatioToBaseline = Rounded(with.P50 / without.P50) };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json.Figure);

    private static double Rounded(double milliseconds) => Math.Round(milliseconds, 3);
}

[JsonSerializable(typeof(Figure))]
internal sealed partial class FigureJson : JsonSerializerContext;
