using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>Statements that lie beside their services, services/*/Queries, on a filled database: right, by their index, and nobody else's rows.</summary>
public sealed class NamedQueryTests(NamedQueryTests.Filled filled) : IClassFixture<NamedQueryTests.Filled>
{
    private const string HumanInTheLoop = "human_in_the_loop_service";

    [Fact]
    public async Task A_call_finds_the_workflow_that_listens_to_its_path()
    {
        await using var scheduler = await filled.Database.OpenServiceAsync(ServiceRoles.Scheduler);

        Assert.Equal(["workflow 7"], await FoundAsync(scheduler, "WEBHOOK", "/hook/7"));
        Assert.Empty(await FoundAsync(scheduler, "WEBHOOK", "/hook/none"));
    }

    [Fact]
    public async Task A_push_starts_every_workflow_that_listens_to_the_repository_but_not_what_is_paused_or_not_deployed()
    {
        await using var scheduler = await filled.Database.OpenServiceAsync(ServiceRoles.Scheduler);

        Assert.Equal(["workflow 1", "workflow 4"], await FoundAsync(scheduler, "GITHUB", "somebody/shared"));
    }

    [Fact]
    public async Task The_trigger_look_up_goes_by_its_index()
    {
        await using var scheduler = await filled.Database.OpenServiceAsync(ServiceRoles.Scheduler);

        var plan = await PlanAsync(scheduler, Query("Scheduler", "trigger_lookup"), "WEBHOOK", "/hook/7");

        Assert.Contains("idx_trigger_index_", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interactions_that_time_out_soon_come_soonest_first_and_answered_ones_not_at_all()
    {
        await using var service = await filled.Database.OpenServiceAsync(HumanInTheLoop);

        Assert.Equal(
            ["node 2", "node 4", "node 6"],
            await service.LinesAsync($"SELECT node_id FROM ({Query("HumanInTheLoop", "interactions_timing_out")}) q WHERE timeout_at < now() + interval '7 minutes'", Soon));
        Assert.Equal(
            14, await service.ScalarAsync<long>($"SELECT count(*) FROM ({Query("HumanInTheLoop", "interactions_timing_out")}) q", TimeSpan.FromMinutes(29)));
    }

    [Fact]
    public async Task The_time_outs_go_by_their_index()
    {
        await using var service = await filled.Database.OpenServiceAsync(HumanInTheLoop);

        var plan = await PlanAsync(service, Query("HumanInTheLoop", "interactions_timing_out"), Soon);

        Assert.Contains("idx_human_interactions_pending_timeout", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_nearest_examples_are_the_callers_own_and_alike_enough()
    {
        var user = await filled.UserAsync();
        await using var owner = await filled.Database.OpenUserAsync(user);
        await using var stranger = await filled.Database.OpenUserAsync(Guid.NewGuid());
        var nearest = $"SELECT text_content FROM ({Query("Memory", "vector_search")}) q";

        Assert.Equal(["the same", "alike"], await owner.LinesAsync(nearest, Filled.Question, "node_examples"));
        Assert.Empty(await owner.LinesAsync(nearest, Filled.Question, "other examples"));
        Assert.Empty(await stranger.LinesAsync(nearest, Filled.Question, "node_examples"));
    }

    [Fact]
    public async Task On_behalf_of_a_user_both_find_the_users_own_rows_only()
    {
        await using var stranger = await filled.Database.OpenUserAsync(Guid.NewGuid());

        Assert.Empty(await FoundAsync(stranger, "WEBHOOK", "/hook/7"));
        Assert.Empty(await stranger.LinesAsync($"SELECT node_id FROM ({Query("HumanInTheLoop", "interactions_timing_out")}) q", Soon));
    }

    private static TimeSpan Soon => TimeSpan.FromMinutes(15);

    private static string Query(string service, string name) =>
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, "services", service, "Queries", $"{name}.sql"));

    private static Task<List<string>> FoundAsync(NpgsqlConnection connection, string subtype, string key) => connection.LinesAsync(
        $"SELECT trigger_config ->> 'name' FROM ({Query("Scheduler", "trigger_lookup")}) q ORDER BY 1", subtype, key);

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string query, params object[] parameters) =>
        string.Join('\n', await connection.LinesAsync("EXPLAIN (COSTS OFF) " + query, parameters));

    public sealed class Filled : IAsyncLifetime
    {
        // A thousand workflows that listen to a path of their own; some also to one repository. A hundred questions, every second one open.
        private const string Fill = """
            INSERT INTO auth.users (id, email, encrypted_password) SELECT gen_random_uuid(), 'user ' || n, 'x' FROM generate_series(1, 20) n;
            INSERT INTO workflows (user_id, name, workflow_data)
            SELECT id, 'workflow ' || row_number() OVER (), '{}' FROM auth.users, generate_series(1, 50);
            INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, index_key, trigger_config)
            SELECT id, user_id, 'hook', 'TRIGGER', 'WEBHOOK', '/hook/' || split_part(name, ' ', 2), json_build_object('name', name) FROM workflows;
            INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, index_key, trigger_config, is_active, deployment_status)
            SELECT id, user_id, 'push', 'TRIGGER', 'GITHUB', 'somebody/shared', json_build_object('name', name), name <> 'workflow 2',
              CASE name WHEN 'workflow 3' THEN 'inactive' ELSE 'active' END
            FROM workflows WHERE name IN ('workflow 1', 'workflow 2', 'workflow 3', 'workflow 4');
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status)
            SELECT name, id, user_id, 1, 'WAITING_FOR_HUMAN' FROM workflows;
            INSERT INTO human_interactions (workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, timeout_at,
              status, responded_at, response_data)
            SELECT e.workflow_id, e.user_id, e.id, 'node ' || n, 'approval', 'email', '{}', now() + make_interval(mins => n, secs => -1),
              CASE WHEN n % 2 = 0 THEN 'pending' ELSE 'responded' END, CASE WHEN n % 2 = 1 THEN now() END, CASE WHEN n % 2 = 1 THEN '{}'::jsonb END
            FROM (SELECT *, row_number() OVER (ORDER BY execution_id)::int AS n FROM workflow_executions) e;
            INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding)
            SELECT u.id, 'node_examples', t.name, (ARRAY[1, t.off] || array_fill(0, ARRAY[1534]))::vector
            FROM auth.users u, (VALUES ('the same', 0), ('alike', 0.5), ('something else', 5)) t (name, off) WHERE u.email = 'user 1';
            ANALYZE;
            """;

        /// <summary>An embedding as a client sends it.</summary>
        public static string Question { get; } = $"[1{string.Concat(Enumerable.Repeat(",0", 1535))}]";

        public TestDatabase Database { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var administrator = await Database.OpenAdministratorAsync();
            await administrator.ExecuteAsync(Fill);
        }

        public async Task<Guid> UserAsync()
        {
            await using var administrator = await Database.OpenAdministratorAsync();
            return await administrator.ScalarAsync<Guid>("SELECT id FROM auth.users WHERE email = 'user 1'");
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
