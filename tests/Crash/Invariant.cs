namespace AiTeams.Crash.Tests;

/// <summary>
/// What must hold when everything is over. <see cref="Violations"/> returns what breaks it and nothing otherwise; <see cref="Lie"/> is a
/// statement that breaks it, by which the test proves that it would be noticed.
/// </summary>
internal sealed record Invariant(string Name, string Violations, string Lie)
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("every accepted start has one execution, which ended as its workflow must",
            """
            SELECT s.number, s.workflow, coalesce(e.status, 'is not there'), e.error_message, to_timestamp(e.end_time / 1000.0) FROM crash.started s JOIN (SELECT DISTINCT workflow, status FROM crash.expected) x USING (workflow)
            LEFT JOIN workflow_executions e ON e.execution_id = s.execution_id AND e.idempotency_key = 'crash-' || s.number
            WHERE e.status IS DISTINCT FROM x.status
            """,
            "UPDATE workflow_executions SET status = 'RUNNING' WHERE execution_id = (SELECT execution_id FROM crash.started LIMIT 1)"),
        new("there is no execution nobody was told of",
            """
            SELECT e.execution_id FROM workflow_executions e WHERE NOT EXISTS (
                SELECT FROM crash.started s WHERE s.execution_id = coalesce(e.parent_execution_id, e.execution_id))
            """,
            "DELETE FROM crash.started WHERE number = (SELECT max(number) FROM crash.started)"),
        new("whoever calls another workflow has called it once, and it ended well",
            """
            SELECT s.number, s.execution_id, count(child.id), min(child.status) FROM crash.started s
            LEFT JOIN workflow_executions child ON child.parent_execution_id = s.execution_id
            WHERE s.workflow = 'calling' GROUP BY s.number, s.execution_id HAVING count(child.id) <> 1 OR min(child.status) <> 'SUCCESS'
            """,
            """
            UPDATE workflow_executions SET parent_execution_id = NULL
            WHERE id = (SELECT id FROM workflow_executions WHERE parent_execution_id IS NOT NULL LIMIT 1)
            """),
        new("no node is open when its execution has ended",
            """
            SELECT n.execution_id, n.node_id, n.iteration, n.status FROM node_executions n JOIN workflow_executions e USING (execution_id)
            WHERE e.status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') AND n.status NOT IN ('SUCCESS', 'ERROR', 'SKIPPED', 'CANCELED')
            """,
            "UPDATE node_executions SET status = 'RUNNING' WHERE id = (SELECT id FROM node_executions LIMIT 1)"),
        new("every command was decided, and nobody is held back any more",
            """
            SELECT execution_id::text, kind::text FROM execution_commands WHERE decided_at IS NULL
            UNION ALL SELECT execution_id::text, status FROM workflow_execution_pauses WHERE status = 'active'
            """,
            "UPDATE execution_commands SET decided_at = NULL, outcome = NULL, result_status = NULL WHERE id = (SELECT id FROM execution_commands WHERE outcome = 'done' LIMIT 1)"),
        new("code fails only where its sandbox was killed",
            """
            SELECT execution_id, status, error_data FROM node_executions
            WHERE node_subtype = 'RUN_CODE' AND status <> 'SUCCESS' AND coalesce(error_data ->> 'error_code', '') <> 'sandbox_killed'
            """,
            "UPDATE node_executions SET status = 'ERROR' WHERE id = (SELECT id FROM node_executions WHERE node_subtype = 'RUN_CODE' AND status = 'SUCCESS' LIMIT 1)"),
        new("every node run of the workflow has one row, with the status it has in a quiet run",
            """
            SELECT s.number, s.workflow, r.node_runs FROM crash.started s,
            LATERAL (SELECT string_agg(node_id || ':' || iteration || ':' || status, ' ' ORDER BY node_id, iteration) AS node_runs
                FROM node_executions n WHERE n.execution_id = s.execution_id) r
            WHERE NOT EXISTS (SELECT FROM crash.expected x WHERE x.workflow = s.workflow AND coalesce(x.node_runs, r.node_runs) = r.node_runs)
            """,
            """
            DELETE FROM node_executions
            WHERE id = (SELECT n.id FROM node_executions n JOIN crash.started s USING (execution_id) WHERE s.workflow = 'sequence' LIMIT 1)
            """),
        new("every node run has one line that says how it ended",
            """
            SELECT n.execution_id, n.node_id, n.iteration, l.log_category, count(l.id) FROM node_executions n
            LEFT JOIN workflow_execution_logs l ON l.execution_id = n.execution_id AND l.node_id = n.node_id
                AND coalesce((l.data ->> 'iteration')::bigint, 0) = n.iteration AND l.event_type IN ('step_completed', 'step_error', 'step_failed')
                AND l.data ->> 'status' IN ('SUCCESS', 'ERROR', 'CANCELED')
            WHERE n.status <> 'SKIPPED'   -- which leaves a line at log level DEBUG only
            GROUP BY n.execution_id, n.node_id, n.iteration, l.log_category HAVING count(l.id) <> 1
            """,
            """
            INSERT INTO workflow_execution_logs (execution_id, user_id, sequence, event_type, message, node_id, data, log_category)
            SELECT execution_id, user_id, 999, event_type, message, node_id, data, log_category FROM workflow_execution_logs
            WHERE event_type = 'step_completed' LIMIT 1
            """),
        new("every execution has one line that says how it ended",
            """
            SELECT e.execution_id, l.log_category, count(l.id) FROM workflow_executions e
            LEFT JOIN workflow_execution_logs l ON l.execution_id = e.execution_id AND l.event_type IN ('workflow_completed', 'workflow_failed')
            GROUP BY e.execution_id, l.log_category HAVING count(l.id) <> 1
            """,
            "DELETE FROM workflow_execution_logs WHERE id = (SELECT id FROM workflow_execution_logs WHERE event_type = 'workflow_completed' LIMIT 1)"),
        new("the lines of an execution count from 1, without gaps and without doubles",
            """
            SELECT execution_id, count(*), count(DISTINCT sequence), max(sequence) FROM workflow_execution_logs
            GROUP BY execution_id HAVING count(*) <> max(sequence) OR count(DISTINCT sequence) <> count(*) OR min(sequence) <> 1
            """,
            "UPDATE workflow_execution_logs SET sequence = sequence + 1 WHERE id = (SELECT id FROM workflow_execution_logs WHERE sequence = 2 LIMIT 1)"),
        new("no row changed after it had ended",
            """
            SELECT t.id FROM crash.terminal t
            LEFT JOIN (SELECT id, md5(n::text || n.xmin) AS fingerprint FROM node_executions n
                UNION ALL SELECT id, md5(e::text || e.xmin) FROM workflow_executions e) now USING (id)
            WHERE now.fingerprint IS DISTINCT FROM t.fingerprint
            """,
            "UPDATE node_executions SET status = status WHERE id = (SELECT n.id FROM node_executions n JOIN crash.terminal t USING (id) LIMIT 1)"),
        new("nothing is left to fire",
            "SELECT execution_id, node_id, reason FROM execution_timers",
            "INSERT INTO execution_timers (execution_id, node_id, reason, due_at) SELECT execution_id, 'start', 'delay', now() FROM crash.started LIMIT 1"),
        new("nobody works for a dead engine",
            """
            SELECT e.execution_id, e.status FROM workflow_executions e LEFT JOIN engine_instances i ON i.id = e.engine_id AND i.status = 'active'
            WHERE i.id IS NULL AND e.status IN ('NEW', 'RUNNING')
            """,
            "UPDATE workflow_executions SET status = 'RUNNING', engine_id = gen_random_uuid() WHERE execution_id = (SELECT execution_id FROM crash.started LIMIT 1)"),
        new("every end was heard of, and took effect once",
            """
            SELECT e.execution_id, e.status, count(h.execution_id) FROM workflow_executions e
            LEFT JOIN crash.heard h ON h.execution_id = e.execution_id AND h.status = e.status
            GROUP BY e.execution_id, e.status HAVING count(h.execution_id) <> 1
            """,
            "INSERT INTO crash.heard SELECT * FROM crash.heard LIMIT 1"),
        new("no event is left over",
            "SELECT id FROM messaging.outbox",
            "INSERT INTO messaging.outbox (service, type, payload) VALUES ('workflow_engine_service', 'ExecutionFinished', '{}')"),
    ];
}
