-- Documents of a kilobyte or two, as the editor writes them.
CREATE TABLE benchmark.documents AS
SELECT template, jsonb_build_object(
  'nodes', (SELECT jsonb_agg(jsonb_build_object('id', 'node_' || n, 'name', 'Step ' || n, 'type', CASE n WHEN 1 THEN 'TRIGGER' ELSE 'ACTION' END,
      'subtype', CASE n WHEN 1 THEN 'WEBHOOK' ELSE 'HTTP_REQUEST' END,
      'configurations', jsonb_build_object('url', 'https://example.org/' || md5(template::text || n), 'retries', n)))
    FROM generate_series(1, 3 + template % 8) n),
  'metadata', jsonb_build_object('description', md5(template::text), 'tags', jsonb_build_array('a', 'b'))) AS document
FROM generate_series(0, 365) template;

INSERT INTO auth.users (id, email, encrypted_password) SELECT id, 'user' || rank || '@example.org', 'x' FROM benchmark.users;

SELECT benchmark.load('public.workflows', $rows$
  INSERT INTO public.workflows (id, user_id, name, description, active, workflow_data, tags, deployment_status, latest_execution_id,
    latest_execution_status, latest_execution_time, created_at, updated_at)
  SELECT w.id, u.id, 'Workflow ' || w.number, 'Does ' || md5(w.number::text), w.number % 5 > 0, d.document, ARRAY['tag' || w.number % 20],
    CASE WHEN w.number % 3 = 0 THEN 'DEPLOYED' ELSE 'IDLE' END, 'run-' || r.number, r.status, r.created_at,
    extract(epoch FROM w.created_at) * 1000, extract(epoch FROM w.created_at + (now() - w.created_at) * power(random(), 3)) * 1000
  FROM benchmark.workflows w JOIN benchmark.users u USING (rank) JOIN benchmark.documents d USING (template)
    LEFT JOIN (SELECT DISTINCT ON (workflow_id) * FROM benchmark.runs ORDER BY workflow_id, created_at DESC) r ON r.workflow_id = w.id
  ORDER BY w.created_at
$rows$);
