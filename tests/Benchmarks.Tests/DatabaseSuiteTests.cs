using System.Text.Json.Nodes;
using AiTeams.Benchmarks.Database;
using Xunit.Abstractions;

namespace AiTeams.Benchmarks.Tests;

/// <summary>A small sample of the benchmark. It fails when a plan is not what it should be; how long things took is printed, and no matter.</summary>
public sealed class DatabaseSuiteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_statement_has_its_plan_and_every_figure_is_printed()
    {
        await using var database = await BenchmarkDatabase.OnTestServerAsync();
        await using var figures = new StringWriter();

        await DatabaseSuite.RunAsync(
            database, new BenchmarkOptions(Scale: 0.005, Samples: 20) { Figures = figures, Progress = TextWriter.Null }, CancellationToken.None);

        output.WriteLine($"{figures}");
        var lines = $"{figures}".Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Contains(lines, line => (string?)line["name"] == "workflow_list");
        Assert.All(lines, line => Assert.Equal(
            ["name", "p50_ms", "p95_ms", "p99_ms", "ratio_to_baseline", "goal", "met", "n"], line.Select(field => field.Key)));
    }
}
