using AiTeams.Testing;

namespace AiTeams.Conformance.Tests.Documents;

/// <summary>What the specification wants written down is written down, and speaks of things that are there.</summary>
public sealed class StatedDocumentTests
{
    [Theory]
    [InlineData("RLS")]
    [InlineData("pgvector")]
    [InlineData("JSONB")]
    [InlineData("HIL")]
    [InlineData("MCP")]
    [InlineData("RAG")]
    [InlineData("ivfflat")]
    [InlineData("GIN")]
    [InlineData("PITR")]
    [InlineData("pgBouncer")]
    [InlineData("epoch milliseconds")]
    [InlineData("attached nodes")]
    [InlineData("trigger index")]
    [InlineData("deployment status")]
    public void The_glossary_says_what_a_term_means_and_where_it_stands(string term)
    {
        var row = Assert.Single(Lines("docs/glossary.md"), line => line.StartsWith($"| {term}", StringComparison.Ordinal));

        Assert.All(row.Trim('|').Split('|'), cell => Assert.False(string.IsNullOrWhiteSpace(cell)));
    }

    [Theory]
    [InlineData("0001-sql-by-hand.md", "ORM")]
    [InlineData("0008-postgresql-alone.md", "TimescaleDB")]
    [InlineData("0008-postgresql-alone.md", "Apache AGE")]
    [InlineData("0008-postgresql-alone.md", "graph database")]
    [InlineData("0008-postgresql-alone.md", "time-series database")]
    public void What_was_to_be_considered_is_decided(string page, string subject)
    {
        var text = string.Join('\n', Lines("docs/adr/" + page));

        Assert.Contains(subject, text, StringComparison.Ordinal);
        Assert.Contains("**Decided.**", text, StringComparison.Ordinal);
        Assert.Contains("**Costs.**", text, StringComparison.Ordinal);
    }

    private static string[] Lines(string path) => File.ReadAllLines(Path.Combine(RepositoryFolder.Root, path));
}
