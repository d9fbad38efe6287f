-- How often and how long workflows run, added up per hour and per day, so that a dashboard reads rows per workflow and not per run.
-- Counted once: the statement that finishes executions puts them into a queue in its own transaction, and a refresh takes them out and adds
-- them up in one transaction. Neither a late commit nor a second engine nor a crash can lose or double one. A watermark over finished
-- executions could: commits do not become visible in the order of any column.
CREATE TABLE public.execution_metrics_queue (
  id uuid PRIMARY KEY,
  workflow_id uuid NOT NULL,
  status varchar(50) NOT NULL,
  ended_at timestamptz NOT NULL,
  duration_ms bigint,
  tokens_used bigint NOT NULL,
  credits_consumed numeric(18, 6) NOT NULL,
  CONSTRAINT valid_finished_status CHECK (status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT'))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);   -- every row of it dies young

CREATE TABLE public.execution_metrics_hourly (
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  status varchar(50) NOT NULL,
  executions bigint NOT NULL,
  timed_executions bigint NOT NULL,
  duration_ms_sum bigint NOT NULL,
  duration_ms_min bigint,
  duration_ms_max bigint,
  tokens_used bigint NOT NULL,
  credits_consumed numeric(24, 6) NOT NULL,
  CONSTRAINT execution_metrics_hourly_pkey PRIMARY KEY (workflow_id, hour, status),
  CONSTRAINT valid_finished_status CHECK (status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')),
  CONSTRAINT counts_add_up CHECK (executions > 0 AND timed_executions BETWEEN 0 AND executions),
  CONSTRAINT execution_metrics_hourly_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
) WITH (fillfactor = 80);   -- room for the additions, which touch no index

CREATE TABLE public.execution_metrics_daily (
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  day date NOT NULL,
  status varchar(50) NOT NULL,
  executions bigint NOT NULL,
  timed_executions bigint NOT NULL,
  duration_ms_sum bigint NOT NULL,
  duration_ms_min bigint,
  duration_ms_max bigint,
  tokens_used bigint NOT NULL,
  credits_consumed numeric(24, 6) NOT NULL,
  CONSTRAINT execution_metrics_daily_pkey PRIMARY KEY (workflow_id, day, status),
  CONSTRAINT valid_finished_status CHECK (status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')),
  CONSTRAINT counts_add_up CHECK (executions > 0 AND timed_executions BETWEEN 0 AND executions),
  CONSTRAINT execution_metrics_daily_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
) WITH (fillfactor = 80);

-- Averages add up, percentiles do not: they are read from counts per duration, in steps of a tenth: bucket b
-- holds durations up to 1.1 ^ b milliseconds, so that 1.1 ^ (b - 0.5) is at most 5 % off.
CREATE TABLE public.execution_metrics_durations (
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  day date NOT NULL,
  status varchar(50) NOT NULL,
  bucket smallint NOT NULL,
  executions bigint NOT NULL,
  CONSTRAINT execution_metrics_durations_pkey PRIMARY KEY (workflow_id, day, status, bucket),
  CONSTRAINT valid_finished_status CHECK (status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')),
  CONSTRAINT counts_add_up CHECK (executions > 0 AND bucket >= 0),
  CONSTRAINT execution_metrics_durations_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
) WITH (fillfactor = 80);

CREATE INDEX idx_execution_metrics_hourly_user_id ON public.execution_metrics_hourly (user_id, hour);
CREATE INDEX idx_execution_metrics_daily_user_id ON public.execution_metrics_daily (user_id, day);
CREATE INDEX idx_execution_metrics_durations_user_id ON public.execution_metrics_durations (user_id, day);
-- For retention alone. Rows come in the order of time, so a page range holds few hours and the index a few pages.
CREATE INDEX idx_execution_metrics_hourly_hour ON public.execution_metrics_hourly USING brin (hour);
CREATE INDEX idx_execution_metrics_daily_day ON public.execution_metrics_daily USING brin (day);
CREATE INDEX idx_execution_metrics_durations_day ON public.execution_metrics_durations USING brin (day);

-- An end is final, so an execution comes by here once.
CREATE FUNCTION public.queue_finished_execution() RETURNS trigger
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO public.execution_metrics_queue (id, workflow_id, status, ended_at, duration_ms, tokens_used, credits_consumed)
  VALUES (NEW.id, NEW.workflow_id, NEW.status, coalesce(to_timestamp(NEW.end_time / 1000.0), now()),
    greatest(NEW.end_time - NEW.start_time, 0), NEW.tokens_used, NEW.credits_consumed)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

-- Per row with a condition: measured against a statement trigger with transition tables, which copies every changed row, also of the
-- updates that finish nothing.
CREATE TRIGGER workflow_executions_queue_finished AFTER UPDATE OF status ON public.workflow_executions FOR EACH ROW
  WHEN (NEW.status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT') AND OLD.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT'))
  EXECUTE FUNCTION public.queue_finished_execution();
CREATE TRIGGER workflow_executions_queue_born_finished AFTER INSERT ON public.workflow_executions FOR EACH ROW
  WHEN (NEW.status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT'))
  EXECUTE FUNCTION public.queue_finished_execution();

-- Adds up to batch executions of the queue and returns how many it took. One caller works, the others return 0 at once. Executions of a
-- workflow deleted meanwhile count nowhere; one that is being deleted is waited for (FOR KEY SHARE).
CREATE FUNCTION public.refresh_execution_metrics(batch integer) RETURNS integer
  LANGUAGE plpgsql SET search_path = '' SET timezone = 'UTC' AS $$
DECLARE
  counted integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('execution_metrics')) THEN
    RETURN 0;
  END IF;
  WITH taken AS MATERIALIZED (
      DELETE FROM public.execution_metrics_queue
      WHERE ctid = ANY (ARRAY(SELECT ctid FROM public.execution_metrics_queue LIMIT batch)) RETURNING *),
    living AS MATERIALIZED (
      SELECT id, user_id FROM public.workflows WHERE id IN (SELECT workflow_id FROM taken) ORDER BY id FOR KEY SHARE),
    finished AS MATERIALIZED (
      SELECT t.*, w.user_id FROM taken t JOIN living w ON w.id = t.workflow_id),
    hourly AS (
      INSERT INTO public.execution_metrics_hourly AS m (workflow_id, user_id, hour, status, executions, timed_executions,
        duration_ms_sum, duration_ms_min, duration_ms_max, tokens_used, credits_consumed)
      SELECT workflow_id, user_id, date_trunc('hour', ended_at), status, count(*), count(duration_ms),
        coalesce(sum(duration_ms), 0), min(duration_ms), max(duration_ms), sum(tokens_used), sum(credits_consumed)
      FROM finished GROUP BY 1, 2, 3, 4
      ON CONFLICT (workflow_id, hour, status) DO UPDATE SET executions = m.executions + excluded.executions,
        timed_executions = m.timed_executions + excluded.timed_executions, duration_ms_sum = m.duration_ms_sum + excluded.duration_ms_sum,
        duration_ms_min = least(m.duration_ms_min, excluded.duration_ms_min),
        duration_ms_max = greatest(m.duration_ms_max, excluded.duration_ms_max),
        tokens_used = m.tokens_used + excluded.tokens_used, credits_consumed = m.credits_consumed + excluded.credits_consumed),
    daily AS (
      INSERT INTO public.execution_metrics_daily AS m (workflow_id, user_id, day, status, executions, timed_executions,
        duration_ms_sum, duration_ms_min, duration_ms_max, tokens_used, credits_consumed)
      SELECT workflow_id, user_id, ended_at::date, status, count(*), count(duration_ms),
        coalesce(sum(duration_ms), 0), min(duration_ms), max(duration_ms), sum(tokens_used), sum(credits_consumed)
      FROM finished GROUP BY 1, 2, 3, 4
      ON CONFLICT (workflow_id, day, status) DO UPDATE SET executions = m.executions + excluded.executions,
        timed_executions = m.timed_executions + excluded.timed_executions, duration_ms_sum = m.duration_ms_sum + excluded.duration_ms_sum,
        duration_ms_min = least(m.duration_ms_min, excluded.duration_ms_min),
        duration_ms_max = greatest(m.duration_ms_max, excluded.duration_ms_max),
        tokens_used = m.tokens_used + excluded.tokens_used, credits_consumed = m.credits_consumed + excluded.credits_consumed),
    durations AS (
      INSERT INTO public.execution_metrics_durations AS m (workflow_id, user_id, day, status, bucket, executions)
      SELECT workflow_id, user_id, ended_at::date, status, ceil(ln(greatest(duration_ms, 1)::float8) / ln(1.1::float8) - 1e-9), count(*)
      FROM finished WHERE duration_ms IS NOT NULL GROUP BY 1, 2, 3, 4, 5
      ON CONFLICT (workflow_id, day, status, bucket) DO UPDATE SET executions = m.executions + excluded.executions)
  SELECT count(*) INTO counted FROM taken;
  RETURN counted;
END
$$;

-- Hours are for the last weeks, days for the years. Returns how many rows went.
CREATE FUNCTION public.cleanup_old_execution_metrics(hourly_days integer DEFAULT 60, daily_days integer DEFAULT 730) RETURNS integer
  LANGUAGE plpgsql SET search_path = '' SET timezone = 'UTC' AS $$
DECLARE
  gone integer;
BEGIN
  IF hourly_days < 1 OR daily_days < 1 THEN
    RAISE EXCEPTION 'metrics are kept for at least a day, not % and %', hourly_days, daily_days USING ERRCODE = 'invalid_parameter_value';
  END IF;
  WITH hourly AS (DELETE FROM public.execution_metrics_hourly WHERE hour < now() - make_interval(days => hourly_days) RETURNING 1),
    daily AS (DELETE FROM public.execution_metrics_daily WHERE day < current_date - daily_days RETURNING 1),
    durations AS (DELETE FROM public.execution_metrics_durations WHERE day < current_date - daily_days RETURNING 1)
  SELECT (SELECT count(*) FROM hourly) + (SELECT count(*) FROM daily) + (SELECT count(*) FROM durations) INTO gone;
  RETURN gone;
END
$$;

ALTER TABLE public.execution_metrics_queue ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.execution_metrics_hourly ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.execution_metrics_daily ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.execution_metrics_durations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY "Users can read own hourly metrics" ON public.execution_metrics_hourly FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can read own daily metrics" ON public.execution_metrics_daily FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can read own duration counts" ON public.execution_metrics_durations FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Engine queues every end" ON public.execution_metrics_queue TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine adds up every hour" ON public.execution_metrics_hourly TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine adds up every day" ON public.execution_metrics_daily TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine counts every duration" ON public.execution_metrics_durations TO workflow_engine_service USING (true) WITH CHECK (true);

GRANT SELECT ON public.execution_metrics_hourly, public.execution_metrics_daily, public.execution_metrics_durations TO authenticated;
GRANT SELECT, INSERT, DELETE ON public.execution_metrics_queue TO workflow_engine_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.execution_metrics_hourly, public.execution_metrics_daily, public.execution_metrics_durations
  TO workflow_engine_service;
GRANT EXECUTE ON FUNCTION public.refresh_execution_metrics(integer), public.cleanup_old_execution_metrics(integer, integer) TO workflow_engine_service;

-- What has ended before there were metrics counts too. As the administrator: the owner is held by the policies.
RESET ROLE;
INSERT INTO public.execution_metrics_queue (id, workflow_id, status, ended_at, duration_ms, tokens_used, credits_consumed)
SELECT id, workflow_id, status, coalesce(to_timestamp(end_time / 1000.0), created_at), greatest(end_time - start_time, 0), tokens_used,
  credits_consumed
FROM public.workflow_executions WHERE status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT');
