using System.Text.RegularExpressions;
using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>The product's own queries on filled tables: each is answered by the index that was made for it.</summary>
public sealed partial class IndexTests(IndexTests.Filled filled) : IClassFixture<IndexTests.Filled>
{
    private const string AsUser = "authenticated";
    private const string AsEngine = ServiceRoles.Engine;
    private const string AsScheduler = ServiceRoles.Scheduler;

    /// <summary>A partition's index has a name of its own; what counts is which index of the table it is part of.</summary>
    private const string Named = """
        SELECT coalesce(parent.relname, c.relname)::text FROM pg_class c
        LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent WHERE c.relname = ANY ($1)
        """;

    [Theory]
    [InlineData(AsUser, "idx_workflows_user_id", "SELECT id, name FROM workflows ORDER BY updated_at DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "idx_workflows_user_id", "SELECT id FROM workflows WHERE (updated_at, id) < (500, '00000000-0000-0000-0000-000000000000') ORDER BY updated_at DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "idx_workflows_active", "SELECT id FROM workflows WHERE user_id = '{user}' AND active ORDER BY updated_at DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "workflows_(pkey|id_user_id_key)", "SELECT * FROM workflows WHERE id = '{workflow}'")]
    [InlineData(AsScheduler, "idx_workflows_deployment_status", "SELECT id FROM workflows WHERE deployment_status = 'DEPLOYED'")]
    [InlineData(AsEngine, "idx_workflows_tags", "SELECT id FROM workflows WHERE tags @> ARRAY['rare']")]
    [InlineData(AsUser, "idx_nodes_workflow_id", "SELECT * FROM nodes WHERE workflow_id = '{workflow}'")]
    [InlineData(AsUser, "idx_nodes_type", "SELECT * FROM nodes WHERE node_type = 'TRIGGER'")]
    [InlineData(AsEngine, "idx_nodes_type_subtype_active", "SELECT workflow_id FROM nodes WHERE node_type = 'TRIGGER' AND node_subtype = 'CRON' AND NOT disabled")]
    [InlineData(AsUser, "idx_node_connections_(source|target|user_id)", "SELECT * FROM node_connections WHERE workflow_id = '{workflow}'")]
    [InlineData(AsUser, "idx_executions_execution_id", "SELECT * FROM workflow_executions WHERE execution_id = '{execution}'")]
    [InlineData(AsUser, "idx_executions_workflow_id", "SELECT * FROM workflow_executions WHERE workflow_id = '{workflow}' ORDER BY created_at DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "idx_executions_user_id", "SELECT * FROM workflow_executions ORDER BY created_at DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "idx_executions_status_created", "SELECT * FROM workflow_executions WHERE status = 'ERROR' ORDER BY created_at DESC, id DESC LIMIT 20")]
    [InlineData(AsEngine, "idx_executions_status", "SELECT id FROM workflow_executions WHERE status = 'PAUSED' ORDER BY created_at LIMIT 100")]
    [InlineData(AsEngine, "idx_executions_engine_id", "SELECT id FROM workflow_executions WHERE engine_id = '{user}' AND status IN ('NEW', 'RUNNING')")]
    [InlineData(AsUser, "idx_executions_idempotency_key", "SELECT execution_id FROM workflow_executions WHERE user_id = '{user}' AND idempotency_key = 'key 7'")]
    [InlineData(AsUser, "idx_node_executions_execution_id", "SELECT * FROM node_executions WHERE execution_id = '{execution}'")]
    [InlineData(AsUser, "idx_node_executions_node_id", "SELECT * FROM node_executions WHERE node_id = 'node 1' ORDER BY created_at DESC LIMIT 20")]
    [InlineData(AsEngine, "idx_node_executions_status", "SELECT id FROM node_executions WHERE status = 'RUNNING'")]
    [InlineData(AsUser, "idx_workflow_execution_logs_execution_id", "SELECT * FROM workflow_execution_logs WHERE execution_id = '{execution}' AND sequence > 2 ORDER BY sequence LIMIT 100")]
    [InlineData(AsUser, "idx_workflow_execution_logs_category", "SELECT * FROM workflow_execution_logs WHERE execution_id = '{execution}' AND log_category = 'BUSINESS' ORDER BY sequence LIMIT 50")]
    [InlineData(AsUser, "idx_workflow_execution_logs_level", "SELECT * FROM workflow_execution_logs WHERE level = 'ERROR' ORDER BY created_at DESC LIMIT 50")]
    [InlineData(AsUser, "idx_workflow_execution_logs_priority", "SELECT * FROM workflow_execution_logs WHERE execution_id = '{execution}' AND display_priority >= 7 ORDER BY display_priority DESC, sequence")]
    [InlineData(AsEngine, "idx_execution_timers_due_at", "SELECT id FROM execution_timers WHERE due_at <= now() ORDER BY due_at LIMIT 100 FOR UPDATE SKIP LOCKED")]
    [InlineData(AsEngine, "idx_execution_timers_due_at", "SELECT min(due_at) FROM execution_timers WHERE due_at > now()")]
    [InlineData(AsEngine, "outbox_service_seq_idx", "SELECT id FROM messaging.outbox ORDER BY seq LIMIT 100 FOR UPDATE SKIP LOCKED")]
    [InlineData(ServiceRoles.Gateway, "users_email_key", "SELECT id FROM auth.users WHERE lower(email) = lower('Someone@example.org')")]
    [InlineData(ServiceRoles.Gateway, "refresh_tokens_token_hash_key", "SELECT id FROM auth.refresh_tokens WHERE token_hash = sha256('7')")]
    public async Task A_query_is_answered_by_its_index(string role, string index, string query)
    {
        await using var connection = await filled.Database.OpenServiceAsync(role == AsUser ? AsEngine : role);
        await connection.ExecuteAsync("BEGIN");
        if (role == AsUser)
        {
            await connection.BecomeUserAsync(filled.UserId);
        }

        var plan = string.Join('\n', await connection.LinesAsync("EXPLAIN (COSTS OFF) " + query
            .Replace("{user}", $"{filled.UserId}", StringComparison.Ordinal)
            .Replace("{workflow}", $"{filled.WorkflowId}", StringComparison.Ordinal)
            .Replace("{execution}", $"{filled.ExecutionId}", StringComparison.Ordinal)));

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        var used = ScanPattern().Matches(plan).Select(scan => scan.Groups["index"].Value).ToArray();
        Assert.Contains(await connection.LinesAsync(Named, (object)used), name => Regex.IsMatch(name, $"^{index}$"));
    }

    [GeneratedRegex(@"(Index (Only )?Scan( Backward)? using|Bitmap Index Scan on) (?<index>\w+)")]
    private static partial Regex ScanPattern();

    public sealed class Filled : IAsyncLifetime
    {
        // 50 users with 40 workflows of 3 nodes and 5 executions each; a tenth of the executions under way.
        private const string Fill = """
            INSERT INTO auth.users (id, email, encrypted_password)
            SELECT gen_random_uuid(), 'user ' || n, 'x' FROM generate_series(1, 50) n;
            INSERT INTO auth.sessions (user_id) SELECT id FROM auth.users, generate_series(1, 20);
            INSERT INTO auth.refresh_tokens (token_hash, session_id, user_id)
            SELECT sha256((row_number() OVER ())::text::bytea), id, user_id FROM auth.sessions;
            INSERT INTO workflows (user_id, name, workflow_data, active, deployment_status, tags, updated_at)
            SELECT id, 'one', '{}', n % 4 = 0, CASE WHEN n = 7 THEN 'DEPLOYED' ELSE 'IDLE' END, CASE WHEN n = 9 THEN ARRAY['rare'] ELSE ARRAY['common'] END, n
            FROM auth.users, generate_series(1, 40) n;
            INSERT INTO nodes (workflow_id, user_id, node_id, node_type, node_subtype, name)
            SELECT id, user_id, 'node ' || n, CASE n WHEN 1 THEN 'TRIGGER' ELSE 'ACTION' END, CASE WHEN n = 1 AND updated_at = 3 THEN 'CRON' ELSE 'HTTP_REQUEST' END, 'n'
            FROM workflows, generate_series(1, 3) n;
            INSERT INTO node_connections (workflow_id, user_id, source_node_id, target_node_id)
            SELECT id, user_id, 'node ' || n, 'node ' || n + 1 FROM workflows, generate_series(1, 2) n;
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, status, engine_id, idempotency_key, created_at)
            SELECT gen_random_uuid()::text, id, user_id, 1, CASE n WHEN 1 THEN 'ERROR' ELSE 'SUCCESS' END, gen_random_uuid(), 'key ' || (updated_at * 10 + n), now() - make_interval(secs => n * updated_at)
            FROM workflows, generate_series(1, 5) n;
            UPDATE workflow_executions SET status = CASE WHEN random() < 0.5 THEN 'PAUSED' ELSE 'RUNNING' END WHERE random() < 0.03;
            INSERT INTO node_executions (execution_id, user_id, node_id, node_type, status, created_at)
            SELECT execution_id, user_id, 'node ' || n, 'ACTION', CASE WHEN random() < 0.02 THEN 'RUNNING' ELSE 'SUCCESS' END, created_at
            FROM workflow_executions, generate_series(1, 3) n;
            INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message, log_category, level, display_priority, created_at)
            SELECT execution_id, user_id, n, 'step_completed', 'x', CASE n WHEN 5 THEN 'BUSINESS' ELSE 'TECHNICAL' END,
              CASE WHEN random() < 0.02 THEN 'ERROR' ELSE 'INFO' END, CASE n WHEN 4 THEN 8 ELSE 5 END,
              date_trunc('month', now()) + make_interval(months => (abs(hashtext(execution_id)) % 5) - 1)
            FROM workflow_executions, generate_series(1, 5) n;
            INSERT INTO execution_timers (execution_id, node_id, reason, due_at)
            SELECT execution_id, 'node 1', 'delay', now() + make_interval(secs => random() * 10000 - 100) FROM workflow_executions;
            INSERT INTO messaging.outbox (service, type, payload)
            SELECT CASE WHEN n % 5 = 0 THEN 'workflow_engine_service' ELSE 'gateway_service' END, 't', '{}' FROM generate_series(1, 5000) n;
            ANALYZE;
            """;

        public TestDatabase Database { get; private set; } = null!;

        public Guid UserId { get; private set; }

        public Guid WorkflowId { get; private set; }

        public string? ExecutionId { get; private set; }

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var administrator = await Database.OpenAdministratorAsync();
            await administrator.ExecuteAsync(Fill);
            UserId = await administrator.ScalarAsync<Guid>("SELECT min(id::text)::uuid FROM auth.users");
            WorkflowId = await administrator.ScalarAsync<Guid>("SELECT id FROM workflows WHERE user_id = $1 LIMIT 1", UserId);
            ExecutionId = await administrator.ScalarAsync<string>("SELECT execution_id FROM workflow_executions WHERE workflow_id = $1 LIMIT 1", WorkflowId);
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
