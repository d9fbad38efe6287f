-- The history of every run, partitioned by month from the first day: retention drops a partition instead of deleting rows.
CREATE TABLE public.workflow_execution_logs (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  execution_id varchar(255) NOT NULL,
  user_id uuid NOT NULL,
  sequence bigint NOT NULL,
  log_category varchar(20) NOT NULL DEFAULT 'TECHNICAL',
  event_type varchar(50) NOT NULL,
  level varchar(10) NOT NULL DEFAULT 'INFO',
  message text NOT NULL,
  data jsonb DEFAULT '{}',
  node_id varchar(255),
  node_name varchar(255),
  node_type varchar(100),
  step_number integer,
  total_steps integer,
  progress_percentage numeric(5, 2),
  duration_seconds integer,
  user_friendly_message text,
  display_priority integer DEFAULT 5,
  is_milestone boolean DEFAULT false,
  technical_details jsonb DEFAULT '{}',
  stack_trace text,
  performance_metrics jsonb DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT workflow_execution_logs_pkey PRIMARY KEY (id, created_at),   -- a partitioned key contains the partition column
  CONSTRAINT valid_log_category CHECK (log_category IN ('TECHNICAL', 'BUSINESS')),
  CONSTRAINT valid_event_type CHECK (
    event_type IN ('workflow_started', 'workflow_completed', 'workflow_progress', 'step_started', 'step_input', 'step_output',
      'step_completed', 'step_error', 'separator')),
  CONSTRAINT valid_log_level CHECK (level IN ('DEBUG', 'INFO', 'WARNING', 'ERROR'))
) PARTITION BY RANGE (created_at);

-- This is the table with the most inserts, so all indexes but the first cover only the rows somebody filters for.
CREATE INDEX idx_workflow_execution_logs_execution_id ON public.workflow_execution_logs (execution_id, sequence);
CREATE INDEX idx_workflow_execution_logs_category ON public.workflow_execution_logs (execution_id, sequence)
  WHERE log_category = 'BUSINESS';
CREATE INDEX idx_workflow_execution_logs_level ON public.workflow_execution_logs (user_id, level, created_at DESC)
  WHERE level IN ('WARNING', 'ERROR');
CREATE INDEX idx_workflow_execution_logs_priority ON public.workflow_execution_logs (execution_id, display_priority DESC, sequence)
  WHERE display_priority >= 7;

ALTER TABLE public.workflow_execution_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own execution logs" ON public.workflow_execution_logs FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Engine reads every log" ON public.workflow_execution_logs FOR SELECT TO workflow_engine_service USING (true);
CREATE POLICY "Engine writes every log" ON public.workflow_execution_logs FOR INSERT TO workflow_engine_service WITH CHECK (true);
GRANT SELECT ON public.workflow_execution_logs TO authenticated;
GRANT SELECT, INSERT ON public.workflow_execution_logs TO workflow_engine_service;

DO $$
BEGIN
  ALTER TABLE public.workflow_execution_logs ALTER data SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4; payloads are compressed with pglz';
END
$$;

-- Makes the partitions from last month to months_ahead months from now and returns how many it made. SECURITY DEFINER: the engine
-- calls it, and creating a partition takes the owner. Attached and not created in place, because that locks out readers and writers.
CREATE FUNCTION public.maintain_log_partitions(months_ahead integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
DECLARE
  month timestamptz;
  partition text;
  made integer := 0;
BEGIN
  IF months_ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'months_ahead must be between 0 and 120, not %', months_ahead USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('workflow_execution_logs'));
  FOR month IN SELECT generate_series(date_trunc('month', now()) - interval '1 month',
      date_trunc('month', now()) + make_interval(months => months_ahead), interval '1 month') LOOP
    partition := to_char(month, '"workflow_execution_logs_y"YYYY"m"MM');
    CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.workflow_execution_logs INCLUDING ALL)', partition);
    -- Rows are read through the parent and its policies. A partition on its own has none, so nobody gets around them.
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE public.workflow_execution_logs ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
      partition, month, month + interval '1 month');
    made := made + 1;
  END LOOP;
  RETURN made;
END
$$;

-- Drops the partitions that hold nothing newer than the date and returns how many. SECURITY DEFINER: dropping takes the owner.
-- lock_timeout: behind a long read it gives up instead of making every writer queue behind it; the next round tries again.
CREATE FUNCTION public.drop_log_partitions_before(before date) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
DECLARE
  partition text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('workflow_execution_logs'));
  FOR partition IN
      SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'public.workflow_execution_logs'::regclass
        AND to_date(right(c.relname, 7), 'YYYY"m"MM') + interval '1 month' <= before
      ORDER BY c.relname LOOP
    EXECUTE format('DROP TABLE public.%I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;

-- Whole months go: a log line lives between retention_days and a month more.
CREATE FUNCTION public.cleanup_old_execution_logs(retention_days integer DEFAULT 30) RETURNS integer
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF retention_days < 1 THEN
    RAISE EXCEPTION 'retention_days must be at least 1, not %', retention_days USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN public.drop_log_partitions_before((now() AT TIME ZONE 'UTC')::date - retention_days);
END
$$;
GRANT EXECUTE ON FUNCTION public.maintain_log_partitions(integer), public.drop_log_partitions_before(date),
  public.cleanup_old_execution_logs(integer) TO workflow_engine_service;

-- Logs go with their execution. A foreign key would do it too, at the price of a look-up per log line; this costs nothing until
-- something is deleted. SECURITY DEFINER: whoever deletes a workflow may not delete logs; the policies are for this function.
CREATE FUNCTION public.delete_logs_of_executions() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  DELETE FROM public.workflow_execution_logs l USING deleted d WHERE l.execution_id = d.execution_id;
  RETURN NULL;
END
$$;
CREATE POLICY "Deleted executions find their logs" ON public.workflow_execution_logs FOR SELECT TO aiteams_owner USING (true);
CREATE POLICY "Deleted executions take their logs" ON public.workflow_execution_logs FOR DELETE TO aiteams_owner USING (true);
CREATE TRIGGER workflow_executions_delete_logs AFTER DELETE ON public.workflow_executions
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.delete_logs_of_executions();

SELECT public.maintain_log_partitions(3);
