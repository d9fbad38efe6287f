namespace AiTeams.Conformance.Tests.Rules;

/// <summary>What the specification states beside tables: functions, a policy, the server.</summary>
public sealed class StatedFunctionTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Theory]
    [InlineData("cleanup_old_execution_logs", "retention_days integer")]
    [InlineData("cleanup_old_conversation_buffers", "retention_days integer")]
    [InlineData("search_similar_vectors", "query_embedding vector, collection_name_param text, similarity_threshold double precision, max_results integer")]
    public async Task A_function_takes_what_is_stated(string name, string arguments) => Assert.Equal([arguments], await database.LinesAsync(
        "SELECT pg_get_function_identity_arguments(oid) FROM pg_proc WHERE proname = $1 AND pronamespace = 'public'::regnamespace", name));

    [Fact]
    public async Task A_search_has_the_stated_defaults_and_result() => Assert.Equal(
        ["similarity_threshold double precision DEFAULT 0.7, max_results integer DEFAULT 10 / TABLE(id uuid, text_content text, metadata jsonb, similarity double precision)"],
        await database.LinesAsync("""
            SELECT substring(pg_get_function_arguments(oid) FROM 'similarity_threshold.*') || ' / ' || pg_get_function_result(oid)
            FROM pg_proc WHERE proname = 'search_similar_vectors'
            """));

    /// <summary>What may be written is narrower still, see the migrations; never wider than what may be read.</summary>
    [Fact]
    public async Task Users_manage_their_own_workflows_under_the_stated_policy() => Assert.Equal(
        ["ALL (user_id = ( SELECT auth.uid() AS uid)) t"],
        await database.LinesAsync("""
            SELECT concat_ws(' ', cmd, qual, with_check = qual OR starts_with(with_check, '(' || qual || ' AND ')) FROM pg_policies
            WHERE tablename = 'workflows' AND policyname = 'Users can manage own workflows'
            """));

    [Fact]
    public async Task The_server_is_PostgreSQL_15_or_newer() =>
        Assert.Equal(["true"], await database.LinesAsync("SELECT (current_setting('server_version_num')::int >= 150000)::text"));
}
