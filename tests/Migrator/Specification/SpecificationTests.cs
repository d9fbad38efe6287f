using AiTeams.Testing;

namespace AiTeams.Migrator.Tests.Specification;

/// <summary>
/// Every column, default, constraint and index of the specification's tables is there, except what docs/database.md gives a reason for:
/// those exceptions are the expected values here.
/// </summary>
public sealed class SpecificationTests(SpecificationTests.BothSchemas schemas) : IClassFixture<SpecificationTests.BothSchemas>
{
    private const string Tables = """
        WITH pairs AS (
          SELECT s.oid AS theirs, o.oid AS ours, s.relname AS name FROM pg_class s JOIN pg_class o USING (relname)
          WHERE s.relnamespace = 'specification'::regnamespace AND o.relnamespace = 'public'::regnamespace
            AND s.relkind IN ('r', 'p') AND s.relname <> 'sessions')
        """;

    [Fact]
    public async Task Six_tables_are_compared() => Assert.Equal(
        ["node_connections", "node_executions", "nodes", "workflow_execution_logs", "workflow_executions", "workflows"],
        await LinesAsync("SELECT name::text FROM pairs ORDER BY 1"));

    [Fact]
    public async Task Every_column_has_its_type_and_is_required_where_it_must_be() => Assert.Empty(await LinesAsync("""
        SELECT name || '.' || t.attname FROM pairs
        JOIN pg_attribute t ON t.attrelid = theirs AND t.attnum > 0
        LEFT JOIN pg_attribute o ON o.attrelid = ours AND o.attname = t.attname AND NOT o.attisdropped
        WHERE o.attname IS NULL OR format_type(o.atttypid, o.atttypmod) <> format_type(t.atttypid, t.atttypmod) OR (t.attnotnull AND NOT o.attnotnull)
        """));

    [Fact]
    public async Task Defaults_differ_only_where_there_was_none_or_an_extension_made_it() => Assert.Equal(
        [
            "node_connections.id: specification.uuid_generate_v4() -> gen_random_uuid()",
            "node_executions.id: specification.uuid_generate_v4() -> gen_random_uuid()",
            "nodes.id: specification.uuid_generate_v4() -> gen_random_uuid()",
            "workflow_executions.id: specification.uuid_generate_v4() -> gen_random_uuid()",
            "workflows.created_at: none -> ((EXTRACT(epoch FROM now()) * (1000)::numeric))::bigint",
            "workflows.id: specification.uuid_generate_v4() -> gen_random_uuid()",
            "workflows.updated_at: none -> ((EXTRACT(epoch FROM now()) * (1000)::numeric))::bigint",
        ],
        await LinesAsync("""
            SELECT line FROM (
              SELECT name || '.' || t.attname || ': ' || coalesce(pg_get_expr(td.adbin, td.adrelid), 'none') || ' -> '
                || coalesce(pg_get_expr(od.adbin, od.adrelid), 'none') AS line
              FROM pairs JOIN pg_attribute t ON t.attrelid = theirs AND t.attnum > 0 JOIN pg_attribute o ON o.attrelid = ours AND o.attname = t.attname
              LEFT JOIN pg_attrdef td ON td.adrelid = theirs AND td.adnum = t.attnum LEFT JOIN pg_attrdef od ON od.adrelid = ours AND od.adnum = o.attnum
              WHERE pg_get_expr(td.adbin, td.adrelid) IS DISTINCT FROM pg_get_expr(od.adbin, od.adrelid)) d
            ORDER BY line COLLATE "C"
            """));

    [Fact]
    public async Task Every_check_is_there_under_its_name() => Assert.Empty(await LinesAsync("""
        SELECT name || ' ' || t.conname FROM pairs JOIN pg_constraint t ON t.conrelid = theirs AND t.contype = 'c'
        WHERE NOT EXISTS (
          SELECT FROM pg_constraint o WHERE o.conrelid = ours AND o.conname = t.conname AND pg_get_constraintdef(o.oid) = pg_get_constraintdef(t.oid))
        """));

    [Fact]
    public async Task Every_key_is_there_but_that_of_the_partitioned_table() => Assert.Equal(
        ["workflow_execution_logs: id"],
        await LinesAsync("""
            , keys AS (
              SELECT conrelid, (SELECT string_agg(attname, ', ' ORDER BY attname) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
              FROM pg_constraint WHERE contype IN ('p', 'u'))
            SELECT name || ': ' || t.columns FROM pairs JOIN keys t ON t.conrelid = theirs
            WHERE NOT EXISTS (SELECT FROM keys o WHERE o.conrelid = ours AND o.columns = t.columns)
            """));

    [Fact]
    public async Task Every_foreign_key_is_there_and_two_let_go_of_what_is_deleted() => Assert.Equal(
        ["workflows: deployed_by -> users a", "workflows: session_id -> sessions a"],
        await LinesAsync("""
            , keys AS (
              SELECT conrelid, r.relname, confdeltype,
                ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey) ORDER BY 1) AS columns
              FROM pg_constraint JOIN pg_class r ON r.oid = confrelid WHERE contype = 'f')
            SELECT name || ': ' || array_to_string(t.columns, ', ') || ' -> ' || t.relname || ' ' || t.confdeltype::text
            FROM pairs JOIN keys t ON t.conrelid = theirs
            WHERE NOT EXISTS (
              SELECT FROM keys o WHERE o.conrelid = ours AND o.relname = t.relname AND o.columns @> t.columns AND o.confdeltype = t.confdeltype)
            ORDER BY 1
            """));

    [Theory]
    [InlineData("workflows", "idx_workflows_user_id idx_workflows_active idx_workflows_deployment_status idx_workflows_tags")]
    [InlineData("nodes", "idx_nodes_workflow_id idx_nodes_type idx_nodes_type_subtype_active")]
    [InlineData("workflow_executions", "idx_executions_workflow_id idx_executions_status idx_executions_status_created idx_executions_execution_id")]
    [InlineData("node_executions", "idx_node_executions_execution_id idx_node_executions_node_id idx_node_executions_status")]
    [InlineData(
        "workflow_execution_logs",
        "idx_workflow_execution_logs_execution_id idx_workflow_execution_logs_category idx_workflow_execution_logs_level idx_workflow_execution_logs_priority")]
    public async Task Every_index_is_there_under_its_name(string table, string names)
    {
        await using var connection = await schemas.Database.OpenAdministratorAsync();

        var indexes = await connection.LinesAsync("SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND tablename = $1", table);

        Assert.Empty(names.Split(' ').Except(indexes));
    }

    private async Task<List<string>> LinesAsync(string query)
    {
        await using var connection = await schemas.Database.OpenAdministratorAsync();
        return await connection.LinesAsync(Tables + query);
    }

    /// <summary>A migrated database that has the specification's own tables beside ours.</summary>
    public sealed class BothSchemas : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var connection = await Database.OpenAdministratorAsync();
            await connection.ExecuteAsync(
                await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "tests/Migrator/Specification/tables.sql")));
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
