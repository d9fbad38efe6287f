-- Every call to the outside, partitioned by month from the first day: retention drops a partition instead of deleting rows.
CREATE TABLE public.external_api_call_logs (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  -- One look-up per call to the outside, which costs a hundred times that.
  workflow_execution_id uuid REFERENCES public.workflow_executions (id) ON DELETE SET NULL,
  -- nodes.id without a foreign key: a run of an earlier version calls from nodes the current document does not have any more, and must
  -- not lose its log for it. The id follows from workflow and node, so it is the same after every save.
  node_id uuid,
  provider varchar(50) NOT NULL,
  operation varchar(100) NOT NULL,
  api_endpoint text,
  http_method varchar(10) DEFAULT 'POST',
  request_data jsonb,
  response_data jsonb,
  request_headers jsonb DEFAULT '{}',
  response_headers jsonb DEFAULT '{}',
  success boolean NOT NULL,
  status_code integer,
  error_type varchar(50),
  error_message text,
  response_time_ms integer,
  retry_count integer DEFAULT 0,
  rate_limit_remaining integer,
  rate_limit_reset_at timestamptz,
  called_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT external_api_call_logs_pkey PRIMARY KEY (id, called_at)   -- a partitioned key contains the partition column
) PARTITION BY RANGE (called_at);

CREATE INDEX idx_api_logs_time ON public.external_api_call_logs (user_id, called_at DESC, id DESC);
CREATE INDEX idx_api_logs_user_provider ON public.external_api_call_logs (user_id, provider, called_at DESC, id DESC);
CREATE INDEX idx_api_logs_execution ON public.external_api_call_logs (workflow_execution_id, called_at)
  WHERE workflow_execution_id IS NOT NULL;
CREATE INDEX idx_api_logs_provider_operation ON public.external_api_call_logs (provider, operation, called_at DESC);

ALTER TABLE public.external_api_call_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own API calls" ON public.external_api_call_logs FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Integrations reads every API call" ON public.external_api_call_logs FOR SELECT TO integrations_service USING (true);
CREATE POLICY "Integrations records every API call" ON public.external_api_call_logs FOR INSERT TO integrations_service WITH CHECK (true);
GRANT SELECT ON public.external_api_call_logs TO authenticated;
GRANT SELECT, INSERT ON public.external_api_call_logs TO integrations_service;

DO $$
BEGIN
  ALTER TABLE public.external_api_call_logs ALTER request_data SET COMPRESSION lz4, ALTER response_data SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4; payloads are compressed with pglz';
END
$$;

-- Makes the partitions from last month to months_ahead months from now and returns how many it made. SECURITY DEFINER: the service
-- calls it, and creating a partition takes the owner. Attached and not created in place, because that locks out readers and writers.
-- lock_timeout: attaching a partition with foreign keys keeps writers off executions and accounts for a moment. Behind a long
-- transaction it gives up instead of holding them up; months are made ahead, so the next round is soon enough.
CREATE FUNCTION public.maintain_api_call_log_partitions(months_ahead integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  month timestamptz;
  partition text;
  made integer := 0;
BEGIN
  IF months_ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'months_ahead must be between 0 and 120, not %', months_ahead USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('external_api_call_logs'));
  FOR month IN SELECT generate_series(date_trunc('month', now()) - interval '1 month',
      date_trunc('month', now()) + make_interval(months => months_ahead), interval '1 month') LOOP
    partition := to_char(month, '"external_api_call_logs_y"YYYY"m"MM');
    CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.external_api_call_logs INCLUDING ALL)', partition);
    -- Rows are read through the parent and its policies. A partition on its own has none, so nobody gets around them.
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE public.external_api_call_logs ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
      partition, month, month + interval '1 month');
    made := made + 1;
  END LOOP;
  RETURN made;
END
$$;

-- Drops the partitions that hold nothing newer than the date and returns how many. SECURITY DEFINER: dropping takes the owner.
-- lock_timeout: behind a long read it gives up instead of making every writer queue behind it; the next round tries again.
CREATE FUNCTION public.drop_api_call_log_partitions_before(before date) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
DECLARE
  partition text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('external_api_call_logs'));
  FOR partition IN
      SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'public.external_api_call_logs'::regclass
        AND to_date(right(c.relname, 7), 'YYYY"m"MM') + interval '1 month' <= before
      ORDER BY c.relname LOOP
    EXECUTE format('DROP TABLE public.%I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;

-- Whole months go: a call's log lives between retention_days and a month more.
CREATE FUNCTION public.cleanup_old_api_call_logs(retention_days integer DEFAULT 90) RETURNS integer
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF retention_days < 1 THEN
    RAISE EXCEPTION 'retention_days must be at least 1, not %', retention_days USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN public.drop_api_call_log_partitions_before((now() AT TIME ZONE 'UTC')::date - retention_days);
END
$$;
GRANT EXECUTE ON FUNCTION public.maintain_api_call_log_partitions(integer), public.drop_api_call_log_partitions_before(date),
  public.cleanup_old_api_call_logs(integer) TO integrations_service;

SELECT public.maintain_api_call_log_partitions(3);

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.external_api_call_logs
  ADD CONSTRAINT external_api_call_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
