-- Executions of the last three months. Users run as much as they have (the inverse of the shares above), and mostly their first workflows.
CREATE TEMP TABLE runs AS
SELECT r.number, r.created_at, w.id AS workflow_id, u.id AS user_id, fate
FROM (SELECT number, created_at, fate, which, ceil(10 * power((current_setting('benchmark.users')::int + 10) / 10.0, who) - 10)::int AS rank
      FROM (SELECT number, now() - interval '90 days' * random() AS created_at, random() AS who, random() AS which, random() AS fate
            FROM generate_series(1, current_setting('benchmark.executions')::int) number OFFSET 0) r) r
  JOIN benchmark.users u USING (rank)
  JOIN benchmark.workflows w ON w.rank = r.rank AND w.number = 1 + floor(u.workflows * power(which, 3))::int;

INSERT INTO public.workflow_executions (id, execution_id, workflow_id, user_id, workflow_version, status, mode, triggered_by, start_time, end_time,
  error_message, tokens_used, credits_consumed, engine_id, created_at)
SELECT benchmark.time_ordered_id(created_at), 'run-' || number, workflow_id, user_id, 1, status, CASE WHEN number % 4 = 0 THEN 'MANUAL' ELSE 'TRIGGER' END,
  'user', start_time, CASE WHEN status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') THEN start_time + (exp(random() * 10) * 10)::bigint END,
  CASE status WHEN 'ERROR' THEN 'The shop did not answer.' END, (random() * 1000)::bigint, random(), NULL, created_at
FROM (SELECT *, (extract(epoch FROM created_at) * 1000)::bigint AS start_time,
        CASE WHEN fate < 0.88 THEN 'SUCCESS' WHEN fate < 0.96 THEN 'ERROR' WHEN fate < 0.98 THEN 'CANCELED' WHEN fate < 0.99 THEN 'TIMEOUT'
          WHEN fate < 0.993 THEN 'RUNNING' WHEN fate < 0.996 THEN 'PAUSED' ELSE 'WAITING_FOR_HUMAN' END AS status
      FROM runs) r
ORDER BY created_at;

-- The last tenth of them keep their nodes.
INSERT INTO public.node_executions (execution_id, user_id, node_id, node_name, node_type, node_subtype, position, status, start_time, end_time,
  input_data, output_data, created_at)
SELECT 'run-' || number, user_id, 'node_' || n, 'Step ' || n, 'ACTION', 'HTTP_REQUEST', n, 'SUCCESS', 1, 2, '{"a": 1}', '{"b": 2}', created_at
FROM runs, generate_series(1, 3) n WHERE created_at > now() - interval '9 days'
ORDER BY created_at;

UPDATE public.workflows w
SET latest_execution_id = r.execution_id, latest_execution_status = r.status, latest_execution_time = r.created_at
FROM (SELECT DISTINCT ON (workflow_id) workflow_id, execution_id, status, created_at FROM public.workflow_executions
      ORDER BY workflow_id, created_at DESC) r
WHERE w.id = r.workflow_id;

DROP TABLE runs;
-- After a bulk load nothing knows the tables yet: the planner needs statistics, and readers the visibility map.
VACUUM ANALYZE public.workflows, public.workflow_executions, public.node_executions;
