-- Users, what they have and what they ran: everything that the product's own tables are then filled from.
CREATE SCHEMA benchmark;

-- Rows first and indexes after them is several times as fast as both at once.
CREATE FUNCTION benchmark.load(target regclass, rows text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  names text[];
  definitions text[];
  definition text;
BEGIN
  SELECT array_agg(indexrelid::regclass::text), array_agg(pg_get_indexdef(indexrelid)) INTO names, definitions
  FROM pg_index i WHERE indrelid = target AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid);
  EXECUTE 'DROP INDEX ' || array_to_string(names, ', ');
  EXECUTE rows;
  FOREACH definition IN ARRAY definitions LOOP
    EXECUTE definition;
  END LOOP;
END
$$;

-- One expression, so that it is inlined into the millions of rows that ask for it.
CREATE FUNCTION benchmark.time_ordered_id(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
    || '8' || substr(md5(random()::text), 1, 15))::uuid
$$;

-- Few users have much and many have little: the share of the user of rank r is 1 / (r + 10).
CREATE TABLE benchmark.users AS
SELECT rank, gen_random_uuid() AS id, greatest(1, round(current_setting('benchmark.workflows')::int * weight / sum(weight) OVER ()))::int AS workflows
FROM (SELECT rank, 1.0 / (rank + 10) AS weight FROM generate_series(1, current_setting('benchmark.users')::int) rank) w;

-- In the order in which they were made, with time-ordered ids: a user's rows are spread over the table, as they are in life.
CREATE TABLE benchmark.workflows AS
SELECT benchmark.time_ordered_id(created_at) AS id, rank, number, created_at, (random() * 365)::int AS template
FROM (SELECT rank, number, now() - interval '2 years' * random() AS created_at
      FROM benchmark.users, generate_series(1, workflows) number) w
ORDER BY created_at;

CREATE UNIQUE INDEX ON benchmark.workflows (rank, number);
ANALYZE benchmark.users, benchmark.workflows;

-- Users run as much as they have (the inverse of the shares above), and mostly their first workflows.
CREATE TABLE benchmark.runs AS
SELECT r.number, r.created_at, w.id AS workflow_id, u.id AS user_id,
  CASE WHEN fate < 0.88 THEN 'SUCCESS' WHEN fate < 0.96 THEN 'ERROR' WHEN fate < 0.98 THEN 'CANCELED' WHEN fate < 0.99 THEN 'TIMEOUT'
    WHEN fate < 0.993 THEN 'RUNNING' WHEN fate < 0.996 THEN 'PAUSED' ELSE 'WAITING_FOR_HUMAN' END AS status
FROM (SELECT number, created_at, fate, which, ceil(10 * power((current_setting('benchmark.users')::int + 10) / 10.0, who) - 10)::int AS rank
      FROM (SELECT number, now() - interval '90 days' * random() AS created_at, random() AS who, random() AS which, random() AS fate
            FROM generate_series(1, current_setting('benchmark.executions')::int) number OFFSET 0) r) r
  JOIN benchmark.users u USING (rank)
  JOIN benchmark.workflows w ON w.rank = r.rank AND w.number = 1 + floor(u.workflows * power(which, 3))::int
ORDER BY r.created_at;

ANALYZE benchmark.runs;
