using System.Text.Json.Nodes;
using AiTeams.Benchmarks.Engine;
using Xunit.Abstractions;

namespace AiTeams.Benchmarks.Tests;

/// <summary>A moment of each load on the engine. It fails when an execution does not end as it should; how fast they were is printed, and no matter.</summary>
public sealed class EngineSuiteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_load_ends_well_and_every_figure_is_printed()
    {
        await using var figures = new StringWriter();

        await EngineSuite.RunAsync(new BenchmarkOptions(Scale: 0.01) { Figures = figures, Progress = TextWriter.Null }, CancellationToken.None);

        output.WriteLine($"{figures}");
        var lines = $"{figures}".Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(13, lines.Count);
        Assert.All(lines, line => Assert.True((int)line["n"]! > 0));
    }
}
