using AiTeams.Conformance.Tests.Schemas;
using AiTeams.Testing;

namespace AiTeams.Conformance.Tests.Deviations;

/// <summary>The database is the specified one, but for what docs/database.md gives a reason for; and no reason outlives its difference.</summary>
public sealed class DeviationTests(BothSchemas schemas) : IClassFixture<BothSchemas>
{
    private static readonly DeviationTable Table = DeviationTable.Read(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs/database.md")));

    [Fact]
    public void No_table_is_missing() =>
        Assert.Empty(schemas.Specification.Schema.Tables.Keys.Except(schemas.Ours.Tables.Keys));

    [Fact]
    public void The_database_differs_from_the_specification_exactly_as_the_document_says() => AssertNone(Table.Disagreements(schemas.Differences));

    [Fact]
    public void Each_difference_has_one_reason() => AssertNone(Table.Repetitions(schemas.Differences));

    private static void AssertNone(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
