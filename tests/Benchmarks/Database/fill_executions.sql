SELECT benchmark.load('public.workflow_executions', $rows$
  INSERT INTO public.workflow_executions (id, execution_id, workflow_id, user_id, workflow_version, status, mode, triggered_by, start_time,
    end_time, error_message, tokens_used, credits_consumed, created_at)
  SELECT benchmark.time_ordered_id(created_at), 'run-' || number, workflow_id, user_id, 1, status,
    CASE WHEN number % 4 = 0 THEN 'MANUAL' ELSE 'TRIGGER' END, 'user', start_time,
    CASE WHEN status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') THEN start_time + (exp(random() * 10) * 10)::bigint END,
    CASE status WHEN 'ERROR' THEN 'The shop did not answer.' END, (random() * 1000)::bigint, random(), created_at
  FROM (SELECT *, (extract(epoch FROM created_at) * 1000)::bigint AS start_time FROM benchmark.runs) r
  ORDER BY created_at
$rows$);

-- Those of the last days keep their nodes.
SELECT benchmark.load('public.node_executions', $rows$
  INSERT INTO public.node_executions (execution_id, user_id, node_id, node_name, node_type, node_subtype, position, status, start_time, end_time,
    input_data, output_data, created_at)
  SELECT 'run-' || number, user_id, 'node_' || n, 'Step ' || n, 'ACTION', 'HTTP_REQUEST', n, 'SUCCESS', 1, 2, '{"a": 1}', '{"b": 2}', created_at
  FROM benchmark.runs, generate_series(1, 3) n WHERE created_at > now() - interval '9 days'
  ORDER BY created_at
$rows$);
