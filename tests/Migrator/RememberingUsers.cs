using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>
/// Two users with a row in every table of the memory, under the same names: sessions, graph ids and the like are chosen by clients. Each
/// test works in a transaction that it never commits, so the class shares one database.
/// </summary>
public sealed class RememberingUsers : IAsyncLifetime
{
    /// <summary>Every table of the memory.</summary>
    public static readonly IReadOnlyList<string> OwnedTables =
    [
        "conversation_buffers", "conversation_summaries", "entities", "entity_relationships", "episodic_memory", "knowledge_facts", "knowledge_rules",
        "graph_nodes", "graph_relationships", "document_store", "vector_embeddings", "memory_key_values", "ai_generation_history",
    ];

    private const string Fill = """
        INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{user}', '{user}@example.org', 'x');
        INSERT INTO conversation_buffers (session_id, user_id, message_index, role, content) VALUES ('chat', '{user}', 0, 'user', 'hello');
        INSERT INTO conversation_summaries (session_id, user_id, summary, created_at) VALUES ('chat', '{user}', 'a greeting', '2026-01-01 12:00Z');
        INSERT INTO entities (user_id, name, type) VALUES ('{user}', 'Ada', 'person'), ('{user}', 'Analytical Engine', 'product');
        INSERT INTO entity_relationships (user_id, source_entity_id, target_entity_id, relationship_type)
        SELECT '{user}', a.id, e.id, 'programs' FROM entities a, entities e
        WHERE a.user_id = '{user}' AND a.type = 'person' AND e.user_id = '{user}' AND e.type = 'product';
        INSERT INTO episodic_memory (user_id, actor, action, timestamp) VALUES ('{user}', 'Ada', 'wrote', now());
        INSERT INTO knowledge_facts (user_id, subject, predicate, object) VALUES ('{user}', 'water', 'boils at', '{"celsius": 100}');
        INSERT INTO knowledge_rules (user_id, rule_name, conditions, actions) VALUES ('{user}', 'greet', '{}', '{}');
        INSERT INTO graph_nodes (user_id, id, label, type) VALUES ('{user}', 'a', 'A', 'concept'), ('{user}', 'b', 'B', 'concept');
        INSERT INTO graph_relationships (user_id, id, source_node_id, target_node_id, relationship_type) VALUES ('{user}', 'ab', 'a', 'b', 'part_of');
        INSERT INTO document_store (user_id, id, collection_name, content, search_content)
        VALUES ('{user}', 'doc', 'notes', 'The engine weaves', 'The engine weaves');
        INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding) VALUES ('{user}', 'notes', 'one', array_fill(1::real, ARRAY[1536])::vector);
        INSERT INTO memory_key_values (user_id, key, value) VALUES ('{user}', 'colour', '"blue"');
        INSERT INTO ai_generation_history (user_id, description) VALUES ('{user}', 'tell me the weather at eight');
        """;

    public TestDatabase Database { get; private set; } = null!;

    public Guid Owner { get; } = Guid.CreateVersion7();

    public Guid Other { get; } = Guid.CreateVersion7();

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        await using var administrator = await Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync(Fill.Replace("{user}", $"{Owner}", StringComparison.Ordinal));
        await administrator.ExecuteAsync(Fill.Replace("{user}", $"{Other}", StringComparison.Ordinal));
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();
}
