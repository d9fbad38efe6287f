using AiTeams.Conformance.Tests.Schemas;
using AiTeams.Testing;

namespace AiTeams.Conformance.Tests.Deviations;

/// <summary>The database is the specified one, but for what docs/database.md gives a reason for; and no reason outlives its difference.</summary>
public sealed class DeviationTests(BothSchemas schemas) : IClassFixture<BothSchemas>
{
    private static readonly DeviationTable Table = DeviationTable.Read(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs/database.md")));

    /// <summary>Tables of the specification that no migration makes yet.</summary>
    private static readonly string[] Outstanding =
    [
        "conversation_buffers", "conversation_summaries", "document_store", "entities", "entity_relationships", "episodic_memory",
        "graph_nodes", "graph_relationships", "knowledge_facts", "knowledge_rules", "vector_embeddings",
    ];

    [Fact]
    public void No_table_is_missing_but_the_outstanding_ones() =>
        Assert.Equal(Outstanding, schemas.Specification.Schema.Tables.Keys.Except(schemas.Ours.Tables.Keys).Order(StringComparer.Ordinal));

    [Fact]
    public void The_database_differs_from_the_specification_exactly_as_the_document_says() => AssertNone(Table.Disagreements(Compared));

    [Fact]
    public void Each_difference_has_one_reason() => AssertNone(Table.Repetitions(schemas.Differences));

    private IReadOnlyList<Difference> Compared => [.. schemas.Differences.Where(difference => !Outstanding.Contains(difference.Place))];

    private static void AssertNone(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
