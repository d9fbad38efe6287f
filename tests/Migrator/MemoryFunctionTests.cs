using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class MemoryFunctionTests(RememberingUsers users) : IClassFixture<RememberingUsers>
{
    private const string Append = "SELECT append_conversation_message($1, 'user', $2)";

    private readonly TestDatabase _database = users.Database;

    [Fact]
    public async Task Twenty_writers_of_one_session_get_twenty_places_in_a_row()
    {
        var session = $"{Guid.NewGuid()}";

        var places = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            await using var user = await _database.OpenUserAsync(users.Owner);
            var place = await user.ScalarAsync<int>(Append, session, $"{number}");
            await user.ExecuteAsync("COMMIT");
            return place;
        }));

        Assert.Equal(Enumerable.Range(0, 20), places.Order());
    }

    [Fact]
    public async Task A_writer_waits_for_the_one_before_and_for_no_other_session()
    {
        var (session, other) = ($"{Guid.NewGuid()}", $"{Guid.NewGuid()}");
        await using var first = await _database.OpenUserAsync(users.Owner);
        Assert.Equal(0, await first.ScalarAsync<int>(Append, session, "first"));
        await using var second = await _database.OpenUserAsync(users.Owner);
        await using var sameName = await _database.OpenUserAsync(users.Other);

        Assert.Equal(0, await second.ScalarAsync<int>(Append, other, "elsewhere"));
        Assert.Equal(0, await sameName.ScalarAsync<int>(Append, session, "another user's session of that name"));
        var waiting = second.ScalarAsync<int>(Append, session, "second");
        await first.ExecuteAsync("COMMIT");

        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task Nobody_appends_nothing()
    {
        await using var nobody = await _database.OpenServiceAsync(ServiceRoles.Memory);
        await nobody.ExecuteAsync("BEGIN; SET LOCAL ROLE authenticated");

        Assert.Equal("42501", await nobody.RefusalAsync(Append, "chat", "hello"));
    }

    [Fact]
    public async Task A_clean_up_deletes_a_batch_of_the_oldest_and_says_how_many()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");
        await administrator.ExecuteAsync("""
            INSERT INTO conversation_buffers (session_id, user_id, message_index, role, content, timestamp)
            SELECT 'old', $1, n, 'user', 'x', now() - make_interval(days => 40, secs => -n) FROM generate_series(1, 10007) n
            """, users.Owner);
        await administrator.ExecuteAsync("SET LOCAL ROLE memory_service");
        const string CleanUp = "SELECT cleanup_old_conversation_buffers(30)";

        Assert.Equal(10000, await administrator.ScalarAsync<int>(CleanUp));
        Assert.Equal(7, await administrator.ScalarAsync<int>(CleanUp));
        Assert.Equal(0, await administrator.ScalarAsync<int>(CleanUp));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_retention_below_a_day_is_refused(int days)
    {
        await using var service = await _database.OpenServiceAsync(ServiceRoles.Memory);
        await service.ExecuteAsync("BEGIN");

        Assert.Equal("22023", await service.RefusalAsync("SELECT cleanup_old_conversation_buffers($1)", days));
    }

    [Theory]
    [InlineData("forget_expired_key_values()")]
    [InlineData("cleanup_old_conversation_buffers(30)")]
    public async Task Users_do_not_clean_up(string function)
    {
        await using var user = await _database.OpenUserAsync(users.Owner);

        Assert.Equal("42501", await user.RefusalAsync($"SELECT {function}"));
    }

    [Fact]
    public async Task A_value_that_was_renewed_is_not_forgotten()
    {
        await using var administrator = await _database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN; UPDATE memory_key_values SET expires_at = now() - interval '1 s'");
        await administrator.ExecuteAsync("UPDATE memory_key_values SET expires_at = now() + interval '1 s' WHERE user_id = $1", users.Owner);
        await administrator.ExecuteAsync("SET LOCAL ROLE memory_service");

        Assert.Equal(1, await administrator.ScalarAsync<int>("SELECT forget_expired_key_values()"));
        await administrator.ExecuteAsync("RESET ROLE");
        Assert.Equal(users.Owner, await administrator.ScalarAsync<Guid>("SELECT user_id FROM memory_key_values"));
    }

    [Fact]
    public async Task Documents_are_found_by_their_words_and_a_title_counts_more()
    {
        await using var user = await _database.OpenUserAsync(users.Owner);
        await user.ExecuteAsync("""
            INSERT INTO document_store (user_id, id, collection_name, title, content, search_content, tags)
            VALUES ($1, 'titled', 'notes', 'Engines', 'x', 'all about looms', '{steam}'), ($1, 'long', 'notes', null, 'x', 'one engine ' || repeat('among other words ', 100000), '{}')
            """, users.Owner);

        Assert.Equal("titled", (await Found("engine", null, null))[0]);
        Assert.Equal(["doc", "long", "titled"], (await Found("engine", "notes", null)).Order());
        Assert.Equal(["titled"], await Found("engine", null, ["steam"]));
        Assert.Equal(["titled"], await Found("engine looms -weaves", null, null));
        Assert.Empty(await Found("engine", "elsewhere", null));
        Assert.Empty(await Found("", null, null));

        Task<List<string>> Found(string query, string? collection, string[]? tags) => user.LinesAsync(
            "SELECT id::text FROM search_documents($1, $2::text, $3::text[])", query, (object?)collection ?? DBNull.Value, (object?)tags ?? DBNull.Value);
    }

    [Fact]
    public async Task A_document_search_sees_the_callers_documents_only()
    {
        await using var user = await _database.OpenUserAsync(users.Owner);

        Assert.Equal(1, await user.CountAsync("search_documents('engine')"));
        await user.ExecuteAsync("SELECT set_config('request.jwt.claims', '', true)");
        Assert.Equal(0, await user.CountAsync("search_documents('engine')"));
    }

    [Theory]
    [InlineData("conversation_summaries", "summary = 'changed'")]
    [InlineData("entities", "description = 'changed'")]
    [InlineData("entity_relationships", "source = 'changed'")]
    [InlineData("knowledge_facts", "source = 'changed'")]
    [InlineData("knowledge_rules", "description = 'changed'")]
    [InlineData("graph_nodes", "properties = '[]'")]
    [InlineData("graph_relationships", "properties = '[]'")]
    [InlineData("document_store", "description = 'changed'")]
    [InlineData("vector_embeddings", "metadata = '[]'")]
    [InlineData("memory_key_values", "value = '[]'")]
    public async Task An_update_moves_updated_at(string table, string change)
    {
        await using var user = await _database.OpenUserAsync(users.Owner);

        await user.ExecuteAsync($"UPDATE {table} SET {change}, updated_at = 'epoch'");

        Assert.Equal(0, await user.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE updated_at < now()"));
    }
}
