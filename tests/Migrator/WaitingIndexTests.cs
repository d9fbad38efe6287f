using System.Text.RegularExpressions;
using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>The queries about triggers, deployments, pauses and interactions on filled tables: each is answered by the index made for it.</summary>
public sealed partial class WaitingIndexTests(WaitingIndexTests.Filled filled) : IClassFixture<WaitingIndexTests.Filled>
{
    private const string AsUser = "authenticated";
    private const string Newest = "ORDER BY created_at DESC, id DESC LIMIT 20";

    [Theory]
    [InlineData(ServiceRoles.Scheduler, "idx_trigger_index_lookup", "SELECT ti.workflow_id, ti.trigger_config FROM trigger_index ti WHERE ti.trigger_type = 'TRIGGER' AND ti.trigger_subtype = 'WEBHOOK' AND ti.index_key = '/webhook/7/1' AND ti.is_active = true AND ti.deployment_status = 'active'")]
    [InlineData(ServiceRoles.Engine, "idx_trigger_index_lookup", "SELECT node_id FROM trigger_index WHERE trigger_subtype = 'SLACK' AND index_key = 'T7' AND is_active AND deployment_status = 'active'")]
    [InlineData(ServiceRoles.Scheduler, "idx_trigger_index_key", "SELECT * FROM trigger_index WHERE trigger_subtype = 'GITHUB' AND index_key = 'owner/7'")]
    [InlineData(ServiceRoles.Scheduler, "idx_trigger_index_type", "SELECT * FROM trigger_index WHERE trigger_subtype = 'EMAIL' AND id > '{workflow}' ORDER BY id LIMIT 100")]
    [InlineData(ServiceRoles.Scheduler, "idx_trigger_index_webhook_path", "SELECT user_id FROM trigger_index WHERE lower(index_key COLLATE \"C\") = '/webhook/7/1' AND trigger_subtype = 'WEBHOOK' AND deployment_status IN ('active', 'pending')")]
    [InlineData(ServiceRoles.Scheduler, "idx_trigger_index_next_fire", "SELECT id FROM trigger_index WHERE is_active AND deployment_status = 'active' AND next_fire_at <= now() ORDER BY next_fire_at LIMIT 100 FOR UPDATE SKIP LOCKED")]
    [InlineData(ServiceRoles.Scheduler, "idx_trigger_index_next_fire", "SELECT min(next_fire_at) FROM trigger_index WHERE is_active AND deployment_status = 'active'")]
    [InlineData(AsUser, "idx_trigger_index_user_id|trigger_index_workflow_id_node_id_key", "SELECT * FROM trigger_index WHERE workflow_id = '{workflow}'")]
    [InlineData(AsUser, "idx_workflow_triggers_user_id|workflow_triggers_workflow_id_node_id_key", "SELECT * FROM workflow_triggers WHERE workflow_id = '{workflow}'")]
    [InlineData(AsUser, "idx_deployment_history_workflow_id", "SELECT * FROM workflow_deployment_history WHERE workflow_id = '{workflow}' ORDER BY started_at DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "idx_deployment_history_action", "SELECT * FROM workflow_deployment_history WHERE deployment_action = 'ROLLBACK' ORDER BY started_at DESC LIMIT 20")]
    [InlineData(AsUser, "idx_deployment_history_started_at", "SELECT * FROM workflow_deployment_history ORDER BY started_at DESC, id DESC LIMIT 20")]
    [InlineData(ServiceRoles.Scheduler, "idx_deployment_history_unfinished", "SELECT * FROM workflow_deployment_history WHERE completed_at IS NULL AND started_at < now() - interval '1 minute'")]
    [InlineData(ServiceRoles.HumanInTheLoop, "idx_human_interactions_pending_timeout", "SELECT hi.* FROM human_interactions hi WHERE hi.status = 'pending' AND hi.timeout_at < NOW() + INTERVAL '15 minutes' AND hi.timeout_at > NOW() ORDER BY hi.timeout_at ASC")]
    [InlineData(ServiceRoles.HumanInTheLoop, "idx_human_interactions_pending_timeout", "SELECT * FROM human_interactions WHERE status = 'pending' AND timeout_at <= now() ORDER BY timeout_at LIMIT 100 FOR UPDATE SKIP LOCKED")]
    [InlineData(ServiceRoles.HumanInTheLoop, "idx_human_interactions_correlation", "SELECT * FROM human_interactions WHERE correlation_id = 'question 7'")]
    [InlineData(ServiceRoles.HumanInTheLoop, "idx_human_interactions_delivery", "SELECT * FROM human_interactions WHERE delivery_reference = 'message 7' AND status = 'pending'")]
    [InlineData(ServiceRoles.Engine, "idx_human_interactions_execution", "SELECT * FROM human_interactions WHERE execution_id = '{execution}'")]
    [InlineData(AsUser, "idx_human_interactions_workflow", "SELECT * FROM human_interactions WHERE workflow_id = '{workflow}' " + Newest)]
    [InlineData(AsUser, "idx_human_interactions_status", "SELECT * FROM human_interactions WHERE status = 'error' " + Newest)]
    [InlineData(AsUser, "idx_human_interactions_user_id", "SELECT * FROM human_interactions " + Newest)]
    [InlineData(AsUser, "idx_hil_responses_workflow", "SELECT * FROM hil_responses WHERE workflow_id = '{workflow}' ORDER BY received_at DESC, id DESC LIMIT 20")]
    [InlineData(AsUser, "idx_hil_responses_status", "SELECT * FROM hil_responses WHERE status = 'filtered_out' ORDER BY received_at DESC, id DESC LIMIT 20")]
    [InlineData(ServiceRoles.HumanInTheLoop, "idx_hil_responses_unprocessed", "SELECT * FROM hil_responses WHERE status = 'unprocessed' ORDER BY received_at LIMIT 100 FOR UPDATE SKIP LOCKED")]
    [InlineData(ServiceRoles.HumanInTheLoop, "idx_hil_responses_matched", "SELECT * FROM hil_responses WHERE matched_interaction_id = '{interaction}' ORDER BY received_at")]
    [InlineData(ServiceRoles.HumanInTheLoop, "hil_tokens_token_hash_key", "SELECT interaction_id FROM hil_tokens WHERE token_hash = sha256('7')")]
    [InlineData(ServiceRoles.HumanInTheLoop, "idx_hil_tokens_interaction_id", "SELECT * FROM hil_tokens WHERE interaction_id = '{interaction}'")]
    [InlineData(AsUser, "idx_workflow_execution_pauses_execution", "SELECT * FROM workflow_execution_pauses WHERE execution_id = '{execution}' ORDER BY paused_at DESC")]
    [InlineData(ServiceRoles.Engine, "idx_workflow_execution_pauses_active", "SELECT * FROM workflow_execution_pauses WHERE execution_id = '{execution}' AND paused_node_id = 'ask' AND status = 'active'")]
    [InlineData(AsUser, "idx_workflow_execution_pauses_node", "SELECT * FROM workflow_execution_pauses WHERE paused_node_id = 'ask' ORDER BY paused_at DESC LIMIT 20")]
    [InlineData(AsUser, "idx_validation_logs_workflow_id", "SELECT * FROM validation_logs WHERE workflow_id = '{workflow}' " + Newest)]
    [InlineData(AsUser, "idx_validation_logs_user_id", "SELECT * FROM validation_logs " + Newest)]
    [InlineData(ServiceRoles.Engine, "idx_validation_logs_created_at", "DELETE FROM validation_logs WHERE created_at < now() - interval '90 days'")]
    public async Task A_query_is_answered_by_its_index(string role, string index, string query)
    {
        await using var connection = await filled.Database.OpenServiceAsync(role == AsUser ? ServiceRoles.Engine : role);
        await connection.ExecuteAsync("BEGIN");
        if (role == AsUser)
        {
            await connection.BecomeUserAsync(filled.One.UserId);
        }

        var plan = string.Join('\n', await connection.LinesAsync("EXPLAIN (COSTS OFF) " + filled.One.In(query)));

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SubPlan", plan, StringComparison.Ordinal);                    // auth.uid() once per statement
        Assert.Contains(ScanPattern().Matches(plan), scan => Regex.IsMatch(scan.Groups["index"].Value, $"^({index})$"));
    }

    [GeneratedRegex(@"(Index (Only )?Scan( Backward)? using|Bitmap Index Scan on) (?<index>\w+)")]
    private static partial Regex ScanPattern();

    public sealed class Filled : IAsyncLifetime
    {
        // 50 users with 10 workflows; each with 6 triggers, 20 deployments and 20 runs that asked somebody, the last of them just now.
        private const string Fill = """
            INSERT INTO auth.users (id, email, encrypted_password) SELECT gen_random_uuid(), 'user ' || n, 'x' FROM generate_series(1, 50) n;
            INSERT INTO workflows (user_id, name, workflow_data, updated_at) SELECT id, 'one', '{}', row_number() OVER () FROM auth.users, generate_series(1, 10);
            INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, index_key, next_fire_at)
            SELECT w.id, user_id, 'node ' || n, 'TRIGGER', (ARRAY['WEBHOOK', 'CRON', 'EMAIL', 'GITHUB', 'SLACK', 'MANUAL'])[n],
              (ARRAY['/webhook/' || w.updated_at || '/' || n, '0 9 * * *', w.updated_at || '@example.org', 'owner/' || w.updated_at, 'T' || w.updated_at % 100, 'manual:node 6'])[n],
              CASE n WHEN 2 THEN now() + make_interval(secs => w.updated_at) END
            FROM workflows w, generate_series(1, 6) n;
            INSERT INTO workflow_triggers (workflow_id, user_id, node_id, trigger_type) SELECT workflow_id, user_id, node_id, trigger_subtype FROM trigger_index;
            INSERT INTO workflow_deployment_history (workflow_id, user_id, deployment_action, from_status, to_status, deployment_version, started_at, completed_at)
            SELECT id, user_id, CASE n WHEN 3 THEN 'ROLLBACK' ELSE 'DEPLOY' END, 'a', 'b', n, now() - make_interval(hours => n), CASE WHEN n > 1 OR updated_at % 50 > 0 THEN now() END
            FROM workflows, generate_series(1, 20) n;
            INSERT INTO workflow_executions (execution_id, workflow_id, user_id, workflow_version, start_time)
            SELECT gen_random_uuid()::text, id, user_id, 1, n FROM workflows, generate_series(1, 20) n;
            INSERT INTO workflow_execution_pauses (execution_id, user_id, paused_at, paused_node_id, pause_reason, resume_conditions, status, resumed_at)
            SELECT id, user_id, now() - make_interval(mins => start_time::int), CASE start_time WHEN 1 THEN 'ask' ELSE 'wait' END, 'wait', '{}',
              CASE start_time WHEN 1 THEN 'active' ELSE 'resumed' END, CASE WHEN start_time > 1 THEN now() END
            FROM workflow_executions;
            INSERT INTO human_interactions (workflow_id, user_id, execution_id, node_id, interaction_type, channel_type, request_data, status, correlation_id, delivery_reference, created_at, timeout_at)
            SELECT workflow_id, user_id, id, 'ask', 'approval', 'slack', '{}', CASE start_time WHEN 1 THEN 'pending' WHEN 2 THEN 'error' ELSE 'cancelled' END,
              'question ' || row_number() OVER (), 'message ' || row_number() OVER (), now() - make_interval(mins => start_time::int), now() + make_interval(secs => row_number() OVER () - 50)
            FROM workflow_executions;
            INSERT INTO hil_responses (workflow_id, user_id, source_channel, raw_payload, status, matched_interaction_id, received_at)
            SELECT workflow_id, user_id, 'slack', '{}', CASE status WHEN 'pending' THEN 'unprocessed' WHEN 'error' THEN 'filtered_out' ELSE 'matched' END,
              CASE status WHEN 'cancelled' THEN id END, created_at
            FROM human_interactions;
            INSERT INTO hil_tokens (interaction_id, token_hash, expires_at) SELECT id, sha256((row_number() OVER ())::text::bytea), timeout_at FROM human_interactions;
            INSERT INTO validation_logs (workflow_id, user_id, validation_type, is_valid, created_at)
            SELECT id, user_id, 'workflow', true, now() - make_interval(days => n * 5) FROM workflows, generate_series(1, 20) n;
            ANALYZE;
            """;

        public TestDatabase Database { get; private set; } = null!;

        public Waiting One { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var administrator = await Database.OpenAdministratorAsync();
            await administrator.ExecuteAsync(Fill);
            var userId = await administrator.ScalarAsync<Guid>("SELECT min(id::text)::uuid FROM auth.users");
            var interactionId = await administrator.ScalarAsync<Guid>("SELECT id FROM human_interactions WHERE user_id = $1 AND status = 'pending' LIMIT 1", userId);
            One = new(
                userId,
                await administrator.ScalarAsync<Guid>("SELECT workflow_id FROM human_interactions WHERE id = $1", interactionId),
                await administrator.ScalarAsync<Guid>("SELECT execution_id FROM human_interactions WHERE id = $1", interactionId),
                interactionId);
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
