using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Conformance.Tests.Diagram;

/// <summary>The drawing is of this database: each table is in it, and a line stands for a foreign key, with || where it is required and |o where not.</summary>
public sealed class DiagramTests : IAsyncLifetime
{
    private const string Names = """
        WITH tables AS (
          SELECT c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'auth', 'messaging'))
        """;

    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs/database-diagram.md"));
    private static readonly IReadOnlyList<DiagramSection> Sections = SchemaDiagram.Read(Document);

    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Every_table_is_drawn_and_none_that_is_not_there()
    {
        var tables = await LinesAsync("SELECT name FROM tables");
        var drawn = Sections.SelectMany(section => section.Tables).Distinct().ToList();

        AssertNone(tables.Except(drawn).Select(table => $"not drawn: {table}").Concat(drawn.Except(tables).Select(table => $"not there: {table}")));
    }

    [Fact]
    public async Task Every_foreign_key_is_a_line_and_every_line_a_foreign_key()
    {
        var keys = await LinesAsync("""
            SELECT parent.name || CASE WHEN bool_or(required) THEN ' || ' ELSE ' |o ' END || child.name FROM pg_constraint k
            JOIN tables child ON child.oid = k.conrelid JOIN tables parent ON parent.oid = k.confrelid
            CROSS JOIN LATERAL (SELECT bool_and(attnotnull) AS required FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = ANY (k.conkey)) c
            WHERE k.contype = 'f' GROUP BY parent.name, child.name
            """);
        var lines = Sections.SelectMany(section => section.Relations).ToList();

        AssertNone(keys.Except(lines).Select(key => $"not drawn: {key}").Concat(lines.Except(keys).Select(line => $"no foreign key: {line}")));
        Assert.Equal(lines.Distinct().Count(), lines.Count);
    }

    /// <summary>The seven domains of the specification's section 2.2, with the tables they are there for.</summary>
    [Theory]
    [InlineData("Core workflow system", "workflows nodes node_connections workflow_executions node_executions")]
    [InlineData("Trigger and scheduler", "trigger_index workflow_deployment_history workflow_triggers")]
    [InlineData("Human in the loop", "human_interactions hil_responses workflow_execution_pauses")]
    [InlineData(
        "Memory system",
        "conversation_buffers conversation_summaries entities entity_relationships episodic_memory knowledge_facts knowledge_rules graph_nodes graph_relationships document_store vector_embeddings")]
    [InlineData("Integration system", "oauth_tokens user_external_credentials external_api_call_logs")]
    [InlineData("AI and RAG system", "ai_models node_specifications mcp_tools ai_generation_history")]
    [InlineData("Logging and audit", "workflow_execution_logs validation_logs workflow_deployment_history")]
    public void A_domain_has_its_tables(string domain, string tables) =>
        Assert.Empty(tables.Split(' ').Except(Sections.Single(section => section.Domain == domain).Tables));

    [Fact]
    public void Every_line_of_a_drawing_is_understood() => Assert.Empty(SchemaDiagram.Unreadable(Document));

    private async Task<List<string>> LinesAsync(string query)
    {
        await using var connection = await _database.Admin.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Names + query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static void AssertNone(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
