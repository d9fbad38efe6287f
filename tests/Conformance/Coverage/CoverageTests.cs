using Xunit.Abstractions;

namespace AiTeams.Conformance.Tests.Coverage;

public sealed class CoverageTests(ITestOutputHelper output)
{
    private const string Source = """
        namespace AiTeams.Some.Tests;

        public sealed class SomeTests
        {
            [Fact]
            public void It_holds() { }

            [Theory]
            [InlineData(1)]
            public async Task It_holds_for(int number) => await Task.CompletedTask;

            public void Not_a_test() { }
        }
        """;

    [Fact]
    public void Every_demand_of_the_specification_names_a_test_that_exists_or_is_open()
    {
        var demands = CoverageMap.Read();

        var mistakes = CoverageMap.Mistakes(demands, TestNames.All()).ToList();
        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
        var open = demands.Where(demand => demand.IsOpen).ToList();
        output.WriteLine($"{demands.Count - open.Count} proven, {open.Count} open:");
        open.ForEach(demand => output.WriteLine($"{demand.Number} {demand.Text}: {demand.Note}"));
    }

    [Fact]
    public void Tests_are_found_by_their_full_name() => Assert.Equal(
        ["AiTeams.Some.Tests.SomeTests.It_holds", "AiTeams.Some.Tests.SomeTests.It_holds_for"], TestNames.In(Source));

    [Theory]
    [InlineData("7\tsomething\tAiTeams.Some.Tests.SomeTests.It_held\t", "7: there is no test AiTeams.Some.Tests.SomeTests.It_held.")]
    [InlineData("7\tsomething\tAiTeams.Some.Tests.SomeTests.It_holds It_held\t", "7: there is no test It_held.")]
    [InlineData("7\tsomething\topen\t", "7 is open and does not say what will prove it.")]
    [InlineData("7\t\topen\tlater", "7 has no text.")]
    [InlineData("7\tsomething\topen\tlater", "The rows are not 1 to 406 in order.")]
    public void A_mistake_in_the_map_is_caught(string line, string mistake) =>
        Assert.Contains(mistake, CoverageMap.Mistakes([CoverageMap.Parse(line)], TestNames.In(Source).ToHashSet()));
}
