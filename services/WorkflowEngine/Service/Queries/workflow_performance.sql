-- The caller's workflows that ran most in a period: how often they succeeded and how long they took.
-- $1: the caller; $2, $3: first and last day; $4: how many workflows.
SELECT m.workflow_id,
  (SELECT w.name FROM workflows w WHERE w.id = m.workflow_id) AS name,
  sum(m.executions)::bigint AS runs,
  round(sum(m.executions) FILTER (WHERE m.status = 'SUCCESS') / nullif(sum(m.executions) FILTER (WHERE m.status <> 'CANCELED'), 0), 4) AS success_rate,
  round(sum(m.duration_ms_sum) / nullif(sum(m.timed_executions), 0))::bigint AS average_duration_ms,
  sum(m.tokens_used)::bigint AS tokens_used,
  sum(m.credits_consumed) AS credits_consumed
FROM execution_metrics_daily m
WHERE m.user_id = $1 AND m.day BETWEEN $2 AND $3
GROUP BY m.workflow_id
ORDER BY runs DESC, m.workflow_id
LIMIT $4
