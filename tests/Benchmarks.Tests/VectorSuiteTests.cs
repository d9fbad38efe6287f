using System.Text.Json.Nodes;
using AiTeams.Benchmarks.Vectors;
using Xunit.Abstractions;

namespace AiTeams.Benchmarks.Tests;

/// <summary>A small sample of the benchmark, large enough that one collection is searched by the index. It fails when too little is found.</summary>
public sealed class VectorSuiteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_collection_read_whole_and_one_searched_by_the_index_both_give_what_is_nearest()
    {
        await using var database = await BenchmarkDatabase.OnTestServerAsync();
        await using var figures = new StringWriter();

        await VectorSuite.RunAsync(
            database, new BenchmarkOptions(Scale: 0.03, Samples: 20) { Figures = figures, Progress = TextWriter.Null }, CancellationToken.None);

        output.WriteLine($"{figures}");
        var lines = $"{figures}".Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())
            .ToDictionary(line => (string)line["name"]!);
        Assert.Equal(1, (double?)lines["vector_search_100_recall"]["value"]);
        Assert.InRange((double)lines["vector_search_3000_recall"]["value"]!, 0.95, 1);
        Assert.True(lines.ContainsKey("vector_search_ivfflat"));
    }
}
