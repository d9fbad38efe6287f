-- Runs per day (UTC), also of days without any: how they ended, the share of successes (a cancelled run is neither), how long they took
-- and what they cost. $1: the caller; $2, $3: first and last day; $4: one workflow, or null for all.
SELECT d.day::date AS day,
  coalesce(sum(m.executions), 0)::bigint AS runs,
  coalesce(sum(m.executions) FILTER (WHERE m.status = 'SUCCESS'), 0)::bigint AS succeeded,
  coalesce(sum(m.executions) FILTER (WHERE m.status IN ('ERROR', 'TIMEOUT')), 0)::bigint AS failed,
  coalesce(sum(m.executions) FILTER (WHERE m.status = 'CANCELED'), 0)::bigint AS canceled,
  round(sum(m.executions) FILTER (WHERE m.status = 'SUCCESS') / nullif(sum(m.executions) FILTER (WHERE m.status <> 'CANCELED'), 0), 4) AS success_rate,
  round(sum(m.duration_ms_sum) / nullif(sum(m.timed_executions), 0))::bigint AS average_duration_ms,
  max(m.duration_ms_max) AS longest_duration_ms,
  coalesce(sum(m.tokens_used), 0)::bigint AS tokens_used,
  coalesce(sum(m.credits_consumed), 0) AS credits_consumed
FROM generate_series($2::date, $3::date, interval '1 day') AS d (day)
  LEFT JOIN execution_metrics_daily m ON m.day = d.day::date AND m.user_id = $1 AND ($4::uuid IS NULL OR m.workflow_id = $4)
GROUP BY d.day
ORDER BY d.day
