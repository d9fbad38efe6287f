using System.Text.Json.Nodes;
using AiTeams.Benchmarks.Triggers;
using Xunit.Abstractions;

namespace AiTeams.Benchmarks.Tests;

/// <summary>Few schedules instead of many. It fails when a plan is not the one it must be, or when what is due is not started; how fast is printed, and no matter.</summary>
public sealed class TriggerSuiteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_figure_is_printed()
    {
        await using var figures = new StringWriter();

        await TriggerSuite.RunAsync(new BenchmarkOptions(Scale: 0.01, Samples: 20) { Figures = figures, Progress = TextWriter.Null }, CancellationToken.None);

        output.WriteLine($"{figures}");
        var lines = $"{figures}".Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(13, lines.Count);
        Assert.All(lines, line => Assert.True((int)line["n"]! > 0));
    }
}
