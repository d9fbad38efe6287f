using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>What the memory is asked for, on filled tables: each question is answered by the index that was made for it.</summary>
public sealed class MemoryIndexTests(MemoryIndexTests.Filled filled) : IClassFixture<MemoryIndexTests.Filled>
{
    private const string AsUser = "authenticated";
    private const string AsSearch = "aiteams_owner";

    [Theory]
    [InlineData(AsUser, "idx_conversation_buffers_session_id", "SELECT role, content FROM conversation_buffers WHERE session_id = 's 7' ORDER BY message_index DESC LIMIT 20")]
    [InlineData(AsUser, "idx_conversation_buffers_session_id", "SELECT max(message_index) FROM conversation_buffers WHERE user_id = '{user}' AND session_id = 's 7'")]
    [InlineData(AsUser, "idx_conversation_buffers_user_id", "SELECT * FROM conversation_buffers ORDER BY timestamp DESC, id DESC LIMIT 20")]
    [InlineData(ServiceRoles.Memory, "idx_conversation_buffers_timestamp", "SELECT id FROM conversation_buffers WHERE timestamp < now() - make_interval(days => 90) ORDER BY timestamp LIMIT 10000")]
    [InlineData(AsUser, "conversation_summaries_session_id_created_at_key", "SELECT * FROM conversation_summaries WHERE session_id = 's 7' ORDER BY created_at DESC LIMIT 1")]
    [InlineData(AsUser, "idx_entities_name", "SELECT * FROM entities WHERE name = 'name 7'")]
    [InlineData(AsUser, "idx_entities_type", "SELECT * FROM entities WHERE type = 'type 7' ORDER BY importance_score DESC LIMIT 10")]
    [InlineData(AsUser, "idx_entities_importance", "SELECT * FROM entities ORDER BY importance_score DESC, last_seen DESC LIMIT 10")]
    [InlineData(AsUser, "idx_entity_relationships_source", "SELECT * FROM entity_relationships WHERE source_entity_id = '{entity}'")]
    [InlineData(AsUser, "idx_entity_relationships_target", "SELECT * FROM entity_relationships WHERE target_entity_id = '{entity}'")]
    [InlineData(AsUser, "idx_episodic_memory_timestamp", "SELECT * FROM episodic_memory WHERE timestamp > now() - interval '7 days' ORDER BY timestamp DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "idx_episodic_memory_actor", "SELECT * FROM episodic_memory WHERE actor = 'actor 7' ORDER BY timestamp DESC LIMIT 20")]
    [InlineData(AsUser, "idx_episodic_memory_importance", "SELECT * FROM episodic_memory WHERE importance >= 0.9 ORDER BY importance DESC, timestamp DESC LIMIT 20")]
    [InlineData(AsUser, "idx_knowledge_facts_subject", "SELECT * FROM knowledge_facts WHERE subject = 'subject 7'")]
    [InlineData(AsUser, "idx_knowledge_facts_domain", "SELECT * FROM knowledge_facts WHERE domain = 'domain 7' ORDER BY confidence DESC LIMIT 20")]
    [InlineData(AsUser, "idx_knowledge_rules_priority", "SELECT * FROM knowledge_rules WHERE active ORDER BY priority DESC LIMIT 20")]
    [InlineData(AsUser, "idx_graph_nodes_type", "SELECT * FROM graph_nodes WHERE type = 'type 7'")]
    [InlineData(AsUser, "graph_relationships_source_target_type_key", "SELECT * FROM graph_relationships WHERE source_node_id = 'node 7'")]
    [InlineData(AsUser, "idx_graph_relationships_target", "SELECT * FROM graph_relationships WHERE target_node_id = 'node 7'")]
    [InlineData(AsUser, "idx_document_store_collection", "SELECT id, title FROM document_store WHERE collection_name = 'collection 7' ORDER BY updated_at DESC LIMIT 20")]
    [InlineData(AsSearch, "idx_document_store_search", "SELECT id FROM document_store WHERE search_vector @@ websearch_to_tsquery('english', 'word77')")]
    [InlineData(AsSearch, "idx_document_store_tags", "SELECT id FROM document_store WHERE tags @> ARRAY['tag 777']")]
    [InlineData(AsUser, "memory_key_values_pkey", "SELECT value FROM memory_key_values WHERE namespace = 'default' AND key = 'key 7' AND (expires_at IS NULL OR expires_at > now())")]
    [InlineData(ServiceRoles.Memory, "idx_memory_key_values_expires_at", "SELECT user_id, key FROM memory_key_values WHERE expires_at <= now() ORDER BY expires_at LIMIT 10000")]
    [InlineData(AsUser, "idx_ai_generation_history_user_id", "SELECT * FROM ai_generation_history ORDER BY created_at DESC, id DESC LIMIT 20")]
    public async Task A_query_is_answered_by_its_index(string role, string index, string query)
    {
        await using var connection = role == AsSearch ? await filled.Database.OpenAdministratorAsync() : await filled.Database.OpenServiceAsync(ServiceRoles.Memory);
        await connection.ExecuteAsync("BEGIN");
        if (role == AsUser)
        {
            await connection.BecomeUserAsync(filled.UserId);
        }
        else
        {
            await connection.ExecuteAsync($"SET LOCAL ROLE {role}");
        }

        var plan = string.Join('\n', await connection.LinesAsync("EXPLAIN (COSTS OFF) " + query
            .Replace("{user}", $"{filled.UserId}", StringComparison.Ordinal).Replace("{entity}", $"{filled.EntityId}", StringComparison.Ordinal)));

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.Matches($@"(using|on) {index}\b", plan);
    }

    public sealed class Filled : IAsyncLifetime
    {
        // 20 users with 400 rows a table; a few kinds of everything.
        private const string Fill = """
            INSERT INTO auth.users (id, email, encrypted_password) SELECT gen_random_uuid(), 'user ' || n, 'x' FROM generate_series(1, 20) n;
            CREATE TEMPORARY TABLE r AS SELECT id AS user_id, n, n % 20 AS kind FROM auth.users, generate_series(1, 400) n;
            INSERT INTO conversation_buffers (session_id, user_id, message_index, role, content, timestamp)
            SELECT 's ' || kind, user_id, n, 'user', 'x', now() - make_interval(hours => 6 * n) FROM r;
            INSERT INTO conversation_summaries (session_id, user_id, summary, created_at)
            SELECT 's ' || kind, user_id, 'x', now() - make_interval(hours => n) FROM r;
            INSERT INTO entities (user_id, name, type, importance_score, last_seen)
            SELECT user_id, 'name ' || n, 'type ' || kind, n / 400.0, now() - make_interval(hours => n) FROM r;
            INSERT INTO entity_relationships (user_id, source_entity_id, target_entity_id, relationship_type)
            SELECT a.user_id, a.id, b.id, 'x' FROM entities a JOIN entities b
            ON b.user_id = a.user_id AND substr(b.name, 6)::int BETWEEN substr(a.name, 6)::int + 1 AND substr(a.name, 6)::int + 3;
            INSERT INTO episodic_memory (user_id, actor, action, importance, timestamp)
            SELECT user_id, 'actor ' || kind, 'x', n / 400.0, now() - make_interval(hours => 6 * n) FROM r;
            INSERT INTO knowledge_facts (user_id, subject, predicate, object, domain, confidence)
            SELECT user_id, 'subject ' || n, 'x', '1', 'domain ' || kind, n / 400.0 FROM r;
            INSERT INTO knowledge_rules (user_id, rule_name, conditions, actions, priority, active)
            SELECT user_id, n, '{}', '{}', n, kind < 10 FROM r;
            INSERT INTO graph_nodes (user_id, id, label, type) SELECT user_id, 'node ' || n, n, 'type ' || kind FROM r;
            INSERT INTO graph_relationships (user_id, id, source_node_id, target_node_id, relationship_type)
            SELECT user_id, n, 'node ' || n, 'node ' || n % 400 + 1, 'x' FROM r;
            INSERT INTO document_store (user_id, id, collection_name, content, search_content, tags)
            SELECT user_id, n, 'collection ' || kind, 'x', 'word' || n, ARRAY['tag ' || (row_number() OVER ())] FROM r;
            INSERT INTO memory_key_values (user_id, key, value, expires_at)
            SELECT user_id, 'key ' || n, '1', CASE WHEN kind < 10 THEN now() + make_interval(hours => n - 10) END FROM r;
            INSERT INTO ai_generation_history (user_id, description, created_at) SELECT user_id, 'x', now() - make_interval(hours => n) FROM r;
            ANALYZE;
            """;

        public TestDatabase Database { get; private set; } = null!;

        public Guid UserId { get; private set; }

        public Guid EntityId { get; private set; }

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var administrator = await Database.OpenAdministratorAsync();
            await administrator.ExecuteAsync(Fill);
            UserId = await administrator.ScalarAsync<Guid>("SELECT min(id::text)::uuid FROM auth.users");
            EntityId = await administrator.ScalarAsync<Guid>("SELECT id FROM entities WHERE user_id = $1 AND name = 'name 77'", UserId);
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
