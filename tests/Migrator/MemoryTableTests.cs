using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class MemoryTableTests(RememberingUsers users) : IClassFixture<RememberingUsers>
{
    private readonly TestDatabase _database = users.Database;

    /// <summary>The fixture has written all of these for two users already: names are a user's own.</summary>
    [Theory]
    [InlineData("INSERT INTO conversation_buffers (session_id, user_id, message_index, role, content) VALUES ('chat', $1, 0, 'user', 'again')")]
    [InlineData("INSERT INTO conversation_summaries (session_id, user_id, summary, created_at) VALUES ('chat', $1, 'again', '2026-01-01 12:00Z')")]
    [InlineData("INSERT INTO entities (user_id, name, type) VALUES ($1, 'Ada', 'person')")]
    [InlineData("INSERT INTO entity_relationships (user_id, source_entity_id, target_entity_id, relationship_type) SELECT $1, source_entity_id, target_entity_id, 'programs' FROM entity_relationships")]
    [InlineData("INSERT INTO knowledge_facts (user_id, subject, predicate, object) VALUES ($1, 'water', 'boils at', '{\"celsius\":100}')")]
    [InlineData("INSERT INTO knowledge_rules (user_id, rule_name, conditions, actions) VALUES ($1, 'greet', '[]', '[]')")]
    [InlineData("INSERT INTO graph_nodes (user_id, id, label, type) VALUES ($1, 'a', 'Another', 'concept')")]
    [InlineData("INSERT INTO graph_nodes (user_id, id, label, type) VALUES ($1, 'another', 'A', 'concept')")]
    [InlineData("INSERT INTO graph_relationships (user_id, id, source_node_id, target_node_id, relationship_type) VALUES ($1, 'ab', 'b', 'a', 'x')")]
    [InlineData("INSERT INTO graph_relationships (user_id, id, source_node_id, target_node_id, relationship_type) VALUES ($1, 'x', 'a', 'b', 'part_of')")]
    [InlineData("INSERT INTO document_store (user_id, id, collection_name, content, search_content) VALUES ($1, 'doc', 'x', 'x', 'x')")]
    [InlineData("INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding) SELECT $1, 'notes', 'one', embedding FROM vector_embeddings")]
    [InlineData("INSERT INTO memory_key_values (user_id, key, value) VALUES ($1, 'colour', '1')")]
    public async Task A_user_has_one_of_a_name(string insert)
    {
        await using var user = await _database.OpenUserAsync(users.Owner);

        Assert.Equal("23505", await user.RefusalAsync(insert, users.Owner));
    }

    [Theory]
    [InlineData("UPDATE conversation_buffers SET role = 'tool'", "23514")]
    [InlineData("UPDATE conversation_buffers SET timestamp = NULL", "23502")]
    [InlineData("UPDATE conversation_summaries SET summary_type = 'short'", "23514")]
    [InlineData("UPDATE entities SET importance_score = 1.1", "23514")]
    [InlineData("UPDATE entity_relationships SET confidence = -0.1", "23514")]
    [InlineData("UPDATE entity_relationships SET target_entity_id = NULL", "23502")]
    [InlineData("UPDATE episodic_memory SET importance = 1.01", "23514")]
    [InlineData("UPDATE knowledge_facts SET confidence = 2", "23514")]
    [InlineData("UPDATE graph_relationships SET weight = 1.5", "23514")]
    [InlineData("UPDATE graph_relationships SET source_node_id = NULL", "23502")]
    [InlineData("UPDATE memory_key_values SET key = ''", "23514")]
    [InlineData("UPDATE ai_generation_history SET description = ''", "23514")]
    [InlineData("UPDATE vector_embeddings SET embedding = '[1, 2, 3]'", "22000")]
    public async Task What_the_specification_forbids_is_refused(string statement, string sqlState)
    {
        await using var user = await _database.OpenUserAsync(users.Owner);

        Assert.Equal(sqlState, await user.RefusalAsync(statement));
    }

    /// <summary>$1 is the user, $2 the id of another's row: known or guessed, it is no way in.</summary>
    [Theory]
    [InlineData("conversation_summaries", "UPDATE conversation_summaries SET previous_summary_id = $2 WHERE user_id = $1")]
    [InlineData("entities", "UPDATE entity_relationships SET source_entity_id = $2 WHERE user_id = $1")]
    [InlineData("entities", "UPDATE entity_relationships SET target_entity_id = $2 WHERE user_id = $1")]
    [InlineData("ai_generation_history", "UPDATE ai_generation_history SET parent_generation_id = $2 WHERE user_id = $1")]
    public async Task Nothing_is_linked_to_anothers(string target, string statement)
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        var theirs = await administrator.ScalarAsync<Guid>($"SELECT id FROM {target} WHERE user_id = $1 LIMIT 1", users.Other);
        await using var user = await _database.OpenUserAsync(users.Owner);

        Assert.Equal("23503", await user.RefusalAsync(statement, users.Owner, theirs));
    }

    [Fact]
    public async Task A_graph_relation_ends_at_own_nodes()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN; INSERT INTO graph_nodes (user_id, id, label, type) VALUES ($1, 'theirs', 'T', 'concept')".Replace("$1", $"'{users.Other}'", StringComparison.Ordinal));

        Assert.Equal("23503", await administrator.RefusalAsync("UPDATE graph_relationships SET target_node_id = 'theirs' WHERE user_id = $1", users.Owner));
    }

    /// <summary>In 4-byte letters, so that subject and predicate alone are more than an index entry holds.</summary>
    [Fact]
    public async Task A_fact_may_be_long_and_still_is_there_once()
    {
        const string Insert = """
            INSERT INTO knowledge_facts (user_id, subject, predicate, object)
            SELECT $1, left(letters, 500), right(letters, 255), to_jsonb(repeat(letters, 20))
            FROM (SELECT string_agg(chr(65536 + (n::bigint * n * 7919 % 60000)::int), '' ORDER BY n) AS letters FROM generate_series(1, 755) n) l
            """;
        await using var user = await _database.OpenUserAsync(users.Owner);

        Assert.Equal(1, await user.ExecuteAsync(Insert, users.Owner));
        Assert.Equal("23505", await user.RefusalAsync(Insert, users.Owner));
        // The same letters, cut elsewhere, are another fact.
        await user.ExecuteAsync("INSERT INTO knowledge_facts (user_id, subject, predicate, object) VALUES ($1, 'ab', 'c', '1'), ($1, 'a', 'bc', '1')", users.Owner);
    }

    [Fact]
    public async Task A_deleted_end_takes_its_relations_and_a_forgotten_summary_leaves_the_next()
    {
        await using var user = await _database.OpenUserAsync(users.Owner);
        await user.ExecuteAsync("""
            INSERT INTO conversation_summaries (session_id, user_id, summary, previous_summary_id) SELECT 'chat', user_id, 'more', id FROM conversation_summaries
            """);

        await user.ExecuteAsync("DELETE FROM entities WHERE type = 'product'; DELETE FROM graph_nodes WHERE id = 'b'");
        await user.ExecuteAsync("DELETE FROM conversation_summaries WHERE previous_summary_id IS NULL");

        Assert.Equal(0, await user.CountAsync("entity_relationships"));
        Assert.Equal(0, await user.CountAsync("graph_relationships"));
        Assert.Equal(1, await user.ScalarAsync<long>("SELECT count(*) FROM conversation_summaries WHERE summary = 'more' AND previous_summary_id IS NULL"));
    }

    [Fact]
    public async Task A_deleted_account_takes_its_memory_and_nobody_elses()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync("DELETE FROM auth.users WHERE id = $1", users.Owner);

        foreach (var table in RememberingUsers.OwnedTables)
        {
            Assert.Equal(0, await administrator.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id = $1", users.Owner));
            Assert.NotEqual(0, await administrator.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE user_id = $1", users.Other));
        }
    }

    /// <summary>It works as its user. As itself it can do no more than forget.</summary>
    [Theory]
    [InlineData("SELECT FROM vector_embeddings")]
    [InlineData("SELECT FROM entities")]
    [InlineData("SELECT content FROM conversation_buffers")]
    [InlineData("SELECT value FROM memory_key_values")]
    [InlineData("INSERT INTO knowledge_rules (user_id, rule_name, conditions, actions) VALUES (gen_random_uuid(), 'x', '{}', '{}')")]
    [InlineData("SELECT search_similar_vectors(array_fill(1::real, ARRAY[1536])::vector, 'notes')")]
    [InlineData("SELECT search_documents('engine')")]
    public async Task The_service_as_itself_reads_no_memory(string statement)
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Memory);
        await service.ExecuteAsync("BEGIN");

        Assert.Equal("42501", await service.RefusalAsync(statement));
    }

    [Fact]
    public async Task The_service_as_itself_cannot_reach_what_is_not_over()
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Memory);
        await service.ExecuteAsync("BEGIN");

        Assert.Equal(0, await service.ExecuteAsync("DELETE FROM conversation_buffers"));
        Assert.Equal(0, await service.ExecuteAsync("DELETE FROM memory_key_values"));
    }
}
