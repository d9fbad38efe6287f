-- Last month's log, as it would have grown: the rows first, the indexes after, then part of the table.
ALTER TABLE public.workflow_execution_logs DETACH PARTITION public.:month;
DROP TABLE public.:month;
-- A month that has ended was vacuumed long ago. One that is filled in a minute would be under vacuum just when it is dropped.
CREATE TABLE public.:month (LIKE public.workflow_execution_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMPRESSION)
  WITH (autovacuum_enabled = false);

INSERT INTO public.:month (execution_id, user_id, sequence, event_type, message, log_category, level, display_priority, created_at)
SELECT 'run-' || n / 8, '00000000-0000-7000-8000-000000000000', n % 8, 'step_completed', 'Step ' || n % 8 || ' has done what it was asked to do.',
  CASE n % 8 WHEN 0 THEN 'BUSINESS' ELSE 'TECHNICAL' END, CASE WHEN n % 50 = 0 THEN 'ERROR' ELSE 'INFO' END, CASE n % 8 WHEN 1 THEN 8 ELSE 5 END,
  date_trunc('month', now()) - interval '1 month' + interval '1 second' * (n::float8 / current_setting('benchmark.logs')::int * 2400000)
FROM generate_series(1, current_setting('benchmark.logs')::int) n;

ALTER TABLE public.:month ADD PRIMARY KEY (id, created_at);
CREATE INDEX ON public.:month (execution_id, sequence);
CREATE INDEX ON public.:month (execution_id, sequence) WHERE log_category = 'BUSINESS';
CREATE INDEX ON public.:month (user_id, level, created_at DESC) WHERE level IN ('WARNING', 'ERROR');
CREATE INDEX ON public.:month (execution_id, display_priority DESC, sequence) WHERE display_priority >= 7;
ALTER TABLE public.:month OWNER TO aiteams_owner;
