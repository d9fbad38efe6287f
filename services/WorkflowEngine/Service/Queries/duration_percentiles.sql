-- Median, 95th and 99th percentile of how long successful runs took, at most 5 % off, read from counts and not from the runs.
-- $1: the caller; $2, $3: first and last day; $4: one workflow, or null for all.
WITH counts AS (
  SELECT bucket, sum(executions) AS executions
  FROM execution_metrics_durations
  WHERE user_id = $1 AND day BETWEEN $2 AND $3 AND status = 'SUCCESS' AND ($4::uuid IS NULL OR workflow_id = $4)
  GROUP BY bucket),
ranks AS (
  SELECT bucket, sum(executions) OVER (ORDER BY bucket) AS up_to, sum(executions) OVER () AS of FROM counts)
SELECT max(of)::bigint AS runs,
  round(power(1.1, min(bucket) FILTER (WHERE up_to >= of * 0.50) - 0.5))::bigint AS p50_ms,
  round(power(1.1, min(bucket) FILTER (WHERE up_to >= of * 0.95) - 0.5))::bigint AS p95_ms,
  round(power(1.1, min(bucket) FILTER (WHERE up_to >= of * 0.99) - 0.5))::bigint AS p99_ms
FROM ranks
