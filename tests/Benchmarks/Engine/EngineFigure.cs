using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AiTeams.Benchmarks.Measuring;

namespace AiTeams.Benchmarks.Engine;

/// <summary>One load on the engine: how many a second, how long each took, and what one execution costs.</summary>
/// <param name="PerSecond">Executions, finished and answered.</param>
/// <param name="RatioToCommit">The median divided by that of a plain one-row commit measured just before: survives a noisy machine.</param>
/// <param name="PartOfPlainBatches">Executions a second, divided by those whose rows plain batches would have written in the same time on this machine.</param>
/// <param name="SyncsPerExecution">Flushes of the write-ahead log to the disk: what a commit costs.</param>
internal sealed record EngineFigure(
    string Name, int Callers, double PerSecond, double NodesPerSecond, double P50Ms, double P99Ms, double RatioToCommit, double PartOfPlainBatches, double SyncsPerExecution,
    double TransactionsPerExecution, double EngineCpuMs, double PostgresCpuMs, double WalBytes, double DiskBytes, double EngineMegabytes,
    string? Goal, bool? Met, int N)
{
    private static readonly EngineFigureJson Json = new(
        new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static EngineFigure Of(string name, int callers, int nodes, Samples times, TimeSpan took, Meter before, Meter after, Samples commit, double plain, Func<EngineFigure, (string, bool)?> goal)
    {
        var executions = after.Executions - before.Executions;
        var perSecond = times.Count / took.TotalSeconds;
        var figure = new EngineFigure(
            name, callers, Rounded(perSecond), Rounded(perSecond * nodes), Rounded(times.P50), Rounded(times.P99), Rounded(times.P50 / commit.P50), Rounded(perSecond / plain),
            Each(after.Syncs - before.Syncs), Each(after.Transactions - before.Transactions),
            Each((after.EngineCpu - before.EngineCpu) * 1000), Each((after.PostgresCpu - before.PostgresCpu) * 1000),
            Each(after.WalBytes - before.WalBytes), Each(after.DatabaseBytes - before.DatabaseBytes), Rounded(after.EngineResident / 1048576d),
            null, null, times.Count);
        return goal(figure) is var (words, met) ? figure with { Goal = words, Met = met } : figure;

        double Each(double all) => Rounded(all / Math.Max(executions, 1));
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json.EngineFigure);

    private static double Rounded(double value) => Math.Round(value, 3);
}

[JsonSerializable(typeof(EngineFigure))]
internal sealed partial class EngineFigureJson : JsonSerializerContext;
