using AiTeams.WorkflowEngine.Executions.Controlling;

namespace AiTeams.WorkflowEngine.Writing;

/// <summary>
/// The statements of a flush, in order. All are set-based (one array per column). A flush is written once and as a whole, so rows that cannot
/// be there yet are inserted without asking: it costs a third less.
/// </summary>
internal static class FlushStatements
{
    /// <summary>Fails the whole flush when another engine has taken over (SQLSTATE AT001), or when it is on disk already (AT002).</summary>
    public const string Begin = "SELECT begin_flush($1, $2)";

    // What ended, or began to wait, in the flush that starts it is born so: the indexes of this table are the dearest there are to touch twice.
    private const string Executions = """
        INSERT INTO workflow_executions (id, execution_id, workflow_id, workflow_version, user_id, mode, triggered_by, trigger_node_id,
            trigger_data, idempotency_key, start_time, status, end_time, error_message, error_details, parent_execution_id, metadata, engine_id)
        SELECT id, execution_id, workflow_id, workflow_version, user_id, mode, triggered_by, trigger_node_id,
            trigger_data, idempotency_key, start_time, status, end_time, error_message, error_details, parent_execution_id,
            coalesce(metadata, '{}'), CASE WHEN release THEN NULL ELSE $19::uuid END
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::jsonb[],
            $10::text[], $11::bigint[], $12::text[], $13::bigint[], $14::text[], $15::jsonb[], $16::boolean[], $17::text[], $18::jsonb[])
            AS u (id, execution_id, workflow_id, workflow_version, user_id, mode, triggered_by, trigger_node_id,
            trigger_data, idempotency_key, start_time, status, end_time, error_message, error_details, release, parent_execution_id, metadata)
        """;

    private const string Returning = " RETURNING execution_id";

    public const string InsertExecutions = Executions + Returning;

    /// <summary>A start whose idempotency key is taken inserts nothing and returns nothing.</summary>
    public const string InsertKeyedExecutions = Executions + " ON CONFLICT DO NOTHING" + Returning;

    // engine_id = $7: an execution that was handed to another engine is not ours to change.
    public const string UpdateExecutions = """
        UPDATE workflow_executions e
        SET status = u.status, end_time = u.end_time, error_message = u.error_message, error_details = u.error_details,
            engine_id = CASE WHEN u.release THEN NULL ELSE e.engine_id END
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::jsonb[], $6::boolean[])
            AS u (execution_id, status, end_time, error_message, error_details, release)
        WHERE e.execution_id = u.execution_id AND e.engine_id = $7
            AND e.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
        """;

    public const string InsertNodes = """
        INSERT INTO node_executions AS n (id, execution_id, user_id, node_id, node_name, node_type, node_subtype, iteration, position, status,
            start_time, end_time, input_data, output_data, error_data, retry_count, max_retries)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::int[],
            $10::text[], $11::bigint[], $12::bigint[], $13::jsonb[], $14::jsonb[], $15::jsonb[], $16::int[], $17::int[])
        """;

    public const string UpsertNodes = InsertNodes + """

        ON CONFLICT (execution_id, node_id, iteration) DO UPDATE
        SET status = EXCLUDED.status, start_time = EXCLUDED.start_time, end_time = EXCLUDED.end_time, input_data = EXCLUDED.input_data,
            output_data = EXCLUDED.output_data, error_data = EXCLUDED.error_data, retry_count = EXCLUDED.retry_count
        WHERE n.status NOT IN ('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELED')
        """;

    // NULL and not the column's default where there is nothing to say: it takes no room.
    public const string InsertLogs = """
        INSERT INTO workflow_execution_logs (id, execution_id, user_id, sequence, log_category, event_type, level, message,
            user_friendly_message, data, node_id, node_name, node_type, display_priority, is_milestone, created_at,
            step_number, total_steps, duration_seconds, technical_details, progress_percentage, performance_metrics)
        SELECT u.*, round(100.0 * step_number / nullif(total_steps, 0), 2), NULL
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::jsonb[], $11::text[], $12::text[], $13::text[], $14::int[], $15::boolean[], $16::timestamptz[],
            $17::int[], $18::int[], $19::int[], $20::jsonb[])
            AS u (id, execution_id, user_id, sequence, log_category, event_type, level, message, user_friendly_message, data, node_id, node_name,
            node_type, display_priority, is_milestone, created_at, step_number, total_steps, duration_seconds, technical_details)
        """;

    public const string InsertTimers = """
        INSERT INTO execution_timers (id, execution_id, node_id, iteration, reason, due_at)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[])
        ON CONFLICT (execution_id, node_id, iteration, reason) DO UPDATE SET due_at = EXCLUDED.due_at
        """;

    public const string DeleteTimers = """
        DELETE FROM execution_timers t
        USING unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) AS u (execution_id, node_id, iteration, reason)
        WHERE t.execution_id = u.execution_id AND t.node_id = u.node_id AND t.iteration = u.iteration AND t.reason = u.reason
        """;

    // The join with the new execution: when its start was refused there is nothing to copy for.
    public const string CopyKeptNodes = """
        INSERT INTO node_executions (execution_id, user_id, node_id, node_name, node_type, node_subtype, iteration, position, status,
            start_time, end_time, input_data, output_data, error_data, retry_count, max_retries, reused_from)
        SELECT e.execution_id, e.user_id, n.node_id, n.node_name, n.node_type, n.node_subtype, n.iteration, n.position, n.status,
            n.start_time, n.end_time, n.input_data, n.output_data, n.error_data, n.retry_count, n.max_retries, coalesce(n.reused_from, n.execution_id)
        FROM unnest($1::text[], $2::text[]) AS u (execution_id, node_id)
            JOIN workflow_executions e ON e.execution_id = u.execution_id
            JOIN node_executions n ON n.execution_id = e.parent_execution_id AND n.node_id = u.node_id AND n.user_id = e.user_id
        ON CONFLICT DO NOTHING
        """;

    public const string EndPauses = """
        UPDATE workflow_execution_pauses p SET status = u.status, resumed_at = u.at, resume_trigger = u.trigger
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS u (id, status, trigger, at)
        WHERE p.id = u.id AND p.status = 'active'
        """;

    public const string InsertPauses = """
        INSERT INTO workflow_execution_pauses (id, execution_id, user_id, paused_at, paused_node_id, iteration, pause_reason, resume_conditions,
            status, resume_trigger, resumed_at)
        SELECT u.id, e.id, e.user_id, u.paused_at, u.node_id, u.iteration, u.reason, u.conditions, u.status, u.trigger, u.resumed_at
        FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[], $6::text[], $7::jsonb[], $8::text[], $9::text[], $10::timestamptz[])
            AS u (id, execution_id, paused_at, node_id, iteration, reason, conditions, status, trigger, resumed_at)
            JOIN workflow_executions e ON e.execution_id = u.execution_id
        ON CONFLICT DO NOTHING
        """;

    // The workflow is the execution's, and so is the owner. A node run asks one thing at a time; what was asked already stays.
    public const string InsertQuestions = """
        WITH asked AS (
            INSERT INTO human_interactions (id, workflow_id, user_id, execution_id, node_id, iteration, interaction_type, channel_type, priority, request_data,
                timeout_at, timeout_action, remind_at, correlation_id, tags, created_at)
            SELECT u.id, e.workflow_id, e.user_id, e.id, u.node_id, u.iteration, u.interaction_type, u.channel_type, u.priority, u.request_data,
                u.timeout_at, u.timeout_action, u.remind_at, u.correlation_id, ARRAY(SELECT jsonb_array_elements_text(u.tags)), u.at
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::timestamptz[], $10::text[],
                $11::timestamptz[], $12::text[], $13::jsonb[], $14::timestamptz[])
                AS u (id, execution_id, node_id, iteration, interaction_type, channel_type, priority, request_data, timeout_at, timeout_action, remind_at,
                correlation_id, tags, at)
                JOIN workflow_executions e ON e.execution_id = u.execution_id
            ON CONFLICT DO NOTHING
            RETURNING id),
        assigned AS (
            INSERT INTO hil_assignees (interaction_id, user_id)
            SELECT a.id, jsonb_array_elements_text(a.users)::uuid FROM unnest($1::uuid[], $15::jsonb[]) AS a (id, users) JOIN asked USING (id))
        INSERT INTO hil_channel_secrets (interaction_id, secrets)
        SELECT s.id, s.secrets FROM unnest($1::uuid[], $16::jsonb[]) AS s (id, secrets) JOIN asked USING (id) WHERE s.secrets IS NOT NULL
        """;

    public const string WithdrawQuestions = """
        UPDATE human_interactions h SET status = 'cancelled'
        FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS u (execution_id, node_id, iteration)
        WHERE h.execution_id = u.execution_id AND h.node_id = u.node_id AND h.iteration = u.iteration AND h.status = 'pending'
        """;

    /// <summary>Human-in-the-loop listens to it, and looks by itself every second.</summary>
    public const string AnnounceQuestions = "NOTIFY human_interactions";

    public const string DecideCommands = """
        UPDATE execution_commands c
        SET outcome = u.outcome, result_status = u.status, code = u.code, detail = u.detail, decided_at = now()
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u (id, outcome, status, code, detail)
        WHERE c.id = u.id AND c.decided_at IS NULL
        """;

    public const string WakeCallers = """
        INSERT INTO execution_commands (id, execution_id, user_id, kind, node_id, iteration, payload, requested_by)
        SELECT u.id, e.execution_id, e.user_id, 'answer', u.node_id, u.iteration, '{}', 'sub_workflow'
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) AS u (id, execution_id, node_id, iteration)
            JOIN workflow_executions e ON e.execution_id = u.execution_id
        WHERE e.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
        ON CONFLICT DO NOTHING
        """;

    public const string StopChildren = """
        INSERT INTO execution_commands (id, execution_id, user_id, kind, requested_by)
        SELECT gen_random_uuid(), e.execution_id, e.user_id, 'cancel', 'sub_workflow' FROM workflow_executions e
        WHERE e.parent_execution_id = ANY($1) AND e.mode <> 'RETRY' AND e.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
        ON CONFLICT DO NOTHING
        """;

    // Returns no row, unlike pg_notify(): the rows of a flush are the executions it began.
    public const string AnnounceCommands = $"NOTIFY {CommandDuty.Channel}";

    // In the order they were kept; a value that is null takes its name away.
    public const string KeepStaticData = """
        UPDATE workflows SET static_data = jsonb_strip_nulls(coalesce(static_data, '{}') || $2) WHERE id = $1
        """;

    // One row per workflow and flush, in one order, so that two engines never wait for each other in a circle.
    public const string UpdateLatestExecution = """
        UPDATE workflows w
        SET latest_execution_id = u.execution_id, latest_execution_status = u.status, latest_execution_time = u.at
        FROM (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS x (workflow_id, execution_id, status, at)
              ORDER BY workflow_id) u
        WHERE w.id = u.workflow_id AND (w.latest_execution_time IS NULL OR w.latest_execution_time <= u.at)
        """;
}
