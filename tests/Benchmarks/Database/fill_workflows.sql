-- Users and workflows. Few users have much and many have little: the share of the user of rank r is 1 / (r + 10).
-- Ids are time-ordered and rows lie in the order in which they were made, so that a user's rows are spread over the table.
CREATE SCHEMA benchmark;

CREATE FUNCTION benchmark.time_ordered_id(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(r, 1, 3) || '8' || substr(r, 4, 15))::uuid
  FROM (SELECT md5(random()::text)) x (r)
$$;

CREATE TABLE benchmark.users AS
SELECT rank, gen_random_uuid() AS id, greatest(1, round(current_setting('benchmark.workflows')::int * weight / sum(weight) OVER ()))::int AS workflows
FROM (SELECT rank, 1.0 / (rank + 10) AS weight FROM generate_series(1, current_setting('benchmark.users')::int) rank) w;

INSERT INTO auth.users (id, email, encrypted_password) SELECT id, 'user' || rank || '@example.org', 'x' FROM benchmark.users;

-- user, its how-manieth, when.
CREATE TABLE benchmark.workflows AS
SELECT benchmark.time_ordered_id(created_at) AS id, rank, number, created_at, (random() * 365)::int AS template
FROM (SELECT rank, number, now() - interval '2 years' * random() AS created_at
      FROM benchmark.users, generate_series(1, workflows) number) w
ORDER BY created_at;

-- Documents of a kilobyte or two, as the editor writes them.
CREATE TABLE benchmark.documents AS
SELECT template, jsonb_build_object(
  'nodes', (SELECT jsonb_agg(jsonb_build_object('id', 'node_' || n, 'name', 'Step ' || n, 'type', CASE n WHEN 1 THEN 'TRIGGER' ELSE 'ACTION' END,
      'subtype', CASE n WHEN 1 THEN 'WEBHOOK' ELSE 'HTTP_REQUEST' END,
      'configurations', jsonb_build_object('url', 'https://example.org/' || md5(template::text || n), 'retries', n)))
    FROM generate_series(1, 3 + template % 8) n),
  'metadata', jsonb_build_object('description', md5(template::text), 'tags', jsonb_build_array('a', 'b'))) AS document
FROM generate_series(0, 365) template;

INSERT INTO public.workflows (id, user_id, name, description, active, workflow_data, tags, deployment_status, created_at, updated_at)
SELECT w.id, u.id, 'Workflow ' || w.number, 'Does ' || md5(w.number::text), w.number % 5 > 0, d.document, ARRAY['tag' || w.number % 20],
  CASE WHEN w.number % 3 = 0 THEN 'DEPLOYED' ELSE 'IDLE' END, extract(epoch FROM w.created_at) * 1000,
  extract(epoch FROM w.created_at + (now() - w.created_at) * power(random(), 3)) * 1000
FROM benchmark.workflows w JOIN benchmark.users u USING (rank) JOIN benchmark.documents d USING (template)
ORDER BY w.created_at;

CREATE UNIQUE INDEX ON benchmark.workflows (rank, number) INCLUDE (id);
ANALYZE public.workflows, benchmark.workflows, benchmark.users, auth.users;
