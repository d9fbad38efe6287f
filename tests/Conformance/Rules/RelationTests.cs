namespace AiTeams.Conformance.Tests.Rules;

/// <summary>Section 3.1: who has how many of what, and that rows go with what they belong to.</summary>
public sealed class RelationTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Theory]
    [InlineData("auth.users", "workflows sessions user_external_credentials oauth_tokens")]
    [InlineData("workflows", "nodes node_connections workflow_executions trigger_index workflow_deployment_history workflow_triggers human_interactions")]
    [InlineData("workflow_executions", "node_executions workflow_execution_pauses")]
    [InlineData("human_interactions", "hil_responses")]
    [InlineData("auth.users", "conversation_buffers conversation_summaries entities episodic_memory knowledge_facts graph_nodes document_store vector_embeddings")]
    public async Task The_many_refer_to_the_one_and_go_with_it(string one, string many)
    {
        var children = await database.LinesAsync("""
            SELECT DISTINCT conrelid::regclass::text FROM pg_constraint
            WHERE contype = 'f' AND confrelid = $1::regclass AND confdeltype = 'c' AND convalidated
              AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indisunique AND indnkeyatts = 1 AND indkey[0] = conkey[1])
            """, one);

        Assert.Empty(many.Split(' ').Except(children));
    }

    [Fact]
    public async Task Nodes_are_connected_with_one_another_within_their_workflow() => Assert.Equal(
        ["node_connections source_node_id", "node_connections target_node_id"],
        await database.LinesAsync("""
            SELECT conrelid::regclass || ' ' || attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
            WHERE contype = 'f' AND confrelid = 'nodes'::regclass AND conrelid = 'node_connections'::regclass AND attname <> 'workflow_id' AND cardinality(conkey) = 2
            ORDER BY 1
            """));

    /// <summary>
    /// Accounts are in auth.users and nowhere else. A row refers to its owner, or hangs on a row that does, or (a log line, of which there are
    /// too many for a foreign key) is deleted by a trigger.
    /// </summary>
    [Fact]
    public async Task Every_owner_is_an_account()
    {
        Assert.Empty(await database.LinesAsync("""
            SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relname IN ('users', 'accounts', 'profiles') AND relnamespace = 'public'::regnamespace
            """));
        Assert.Equal(["workflow_execution_logs"], await database.LinesAsync("""
            WITH RECURSIVE owned AS (
              SELECT 'auth.users'::regclass AS id
              UNION SELECT k.conrelid::regclass FROM pg_constraint k JOIN owned ON k.confrelid = owned.id WHERE k.contype = 'f' AND k.confdeltype = 'c')
            SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id'
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid NOT IN (SELECT id FROM owned)
            ORDER BY 1
            """));
    }

    [Fact]
    public async Task Every_owner_is_a_uuid_that_must_be_there() => Assert.Empty(await database.LinesAsync("""
        SELECT attrelid::regclass || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE attname = 'user_id' AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT (atttypid = 'uuid'::regtype AND attnotnull)
        """));

    /// <summary>Or a delete of what is referred to reads the whole table that refers to it.</summary>
    [Fact]
    public async Task Every_foreign_key_is_found_by_an_index() => Assert.Empty(await database.LinesAsync("""
        SELECT k.conrelid::regclass || ' ' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relnamespace::regnamespace::text IN ('public', 'auth', 'messaging')
          AND NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND (a.attname <> 'user_id' OR cardinality(k.conkey) = 1 OR i.indkey[1] = ANY (k.conkey)))
        """));

    /// <summary>Epoch milliseconds, as the browser counts; a moment in 2026 has 13 digits.</summary>
    [Fact]
    public async Task Times_of_the_editor_and_of_runs_are_in_milliseconds() => Assert.Equal(
        ["node_executions end_time", "node_executions start_time", "workflow_executions end_time", "workflow_executions start_time", "workflows created_at", "workflows updated_at"],
        await database.LinesAsync("""
            SELECT attrelid::regclass || ' ' || attname FROM pg_attribute WHERE atttypid = 'int8'::regtype AND attname IN ('created_at', 'updated_at', 'start_time', 'end_time')
              AND attrelid IN ('workflows'::regclass, 'workflow_executions'::regclass, 'node_executions'::regclass) ORDER BY 1
            """));
}
