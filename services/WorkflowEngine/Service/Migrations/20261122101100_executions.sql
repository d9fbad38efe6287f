-- Runs: the execution, its node results, its timers, and the engine processes that own running ones.
CREATE TABLE public.engine_instances (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  status text NOT NULL DEFAULT 'active',
  CONSTRAINT valid_engine_status CHECK (status IN ('active', 'dead', 'stopped')),
  -- Makes status part of a key, so that changing it waits for FOR KEY SHARE, which assert_engine_alive() holds; a heartbeat does not.
  CONSTRAINT engine_instances_id_status_key UNIQUE (id, status)
) WITH (fillfactor = 50);

-- Fencing. First statement of every flush: it fails when this engine has been declared dead, and until the flush has committed nobody
-- can declare it dead. So a dead engine's work is taken over either after its last flush or instead of it, never in between.
CREATE FUNCTION public.assert_engine_alive(engine uuid) RETURNS void
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  PERFORM FROM public.engine_instances WHERE id = engine AND status = 'active' FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'engine % is not active', engine USING ERRCODE = 'AT001';
  END IF;
END
$$;

CREATE TABLE public.workflow_executions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  execution_id varchar(255) NOT NULL,
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  workflow_version integer NOT NULL,
  status varchar(50) NOT NULL DEFAULT 'NEW',
  mode varchar(50) NOT NULL DEFAULT 'MANUAL',
  triggered_by varchar(255),
  parent_execution_id varchar(255),
  trigger_node_id varchar(255),
  trigger_data jsonb,
  idempotency_key varchar(255),
  engine_id uuid,
  start_time bigint,
  end_time bigint,
  run_data jsonb,
  metadata jsonb DEFAULT '{}',
  error_message text,
  error_details jsonb,
  tokens_used bigint NOT NULL DEFAULT 0,
  credits_consumed numeric(18, 6) NOT NULL DEFAULT 0,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_execution_status CHECK (
    status IN ('NEW', 'RUNNING', 'SUCCESS', 'ERROR', 'CANCELED', 'PAUSED', 'WAITING_FOR_HUMAN', 'TIMEOUT')),
  CONSTRAINT valid_execution_mode CHECK (mode IN ('MANUAL', 'TRIGGER', 'WEBHOOK', 'RETRY')),
  -- The key of execution_id is its look-up index as well.
  CONSTRAINT idx_executions_execution_id UNIQUE (execution_id),
  CONSTRAINT workflow_executions_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_executions_workflow_id ON public.workflow_executions (workflow_id, created_at DESC, id DESC);
CREATE INDEX idx_executions_user_id ON public.workflow_executions (user_id, created_at DESC, id DESC);
CREATE INDEX idx_executions_status_created ON public.workflow_executions (user_id, status, created_at DESC, id DESC);
-- Scans by status are for the few executions that are still under way, whoever's they are.
CREATE INDEX idx_executions_status ON public.workflow_executions (status, created_at)
  WHERE status IN ('NEW', 'RUNNING', 'PAUSED', 'WAITING_FOR_HUMAN');
CREATE INDEX idx_executions_engine_id ON public.workflow_executions (engine_id) WHERE status IN ('NEW', 'RUNNING');
CREATE INDEX idx_executions_parent ON public.workflow_executions (parent_execution_id) WHERE parent_execution_id IS NOT NULL;
CREATE UNIQUE INDEX idx_executions_idempotency_key ON public.workflow_executions (user_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

CREATE TABLE public.node_executions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  execution_id varchar(255) NOT NULL REFERENCES public.workflow_executions (execution_id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  node_id varchar(255) NOT NULL,
  node_name varchar(255),
  node_type varchar(100) NOT NULL,
  node_subtype varchar(100),
  iteration integer NOT NULL DEFAULT 0,
  position integer NOT NULL DEFAULT 0,
  status varchar(50) NOT NULL DEFAULT 'PENDING',
  start_time bigint,
  end_time bigint,
  input_data jsonb,
  output_data jsonb,
  error_data jsonb,
  retry_count integer DEFAULT 0,
  max_retries integer DEFAULT 3,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_node_status CHECK (
    status IN ('PENDING', 'RUNNING', 'SUCCESS', 'ERROR', 'SKIPPED', 'CANCELED', 'WAITING_INPUT', 'RETRYING')),
  -- One row per node run; the key finds all nodes of an execution as well.
  CONSTRAINT idx_node_executions_execution_id UNIQUE (execution_id, node_id, iteration)
);
CREATE INDEX idx_node_executions_node_id ON public.node_executions (user_id, node_id, created_at DESC);
CREATE INDEX idx_node_executions_status ON public.node_executions (status, created_at)
  WHERE status IN ('PENDING', 'RUNNING', 'WAITING_INPUT', 'RETRYING');

-- What a waiting execution waits for: it costs this row and no memory. Claiming a timer deletes it.
CREATE TABLE public.execution_timers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  execution_id varchar(255) NOT NULL REFERENCES public.workflow_executions (execution_id) ON DELETE CASCADE,
  node_id varchar(255) NOT NULL,
  iteration integer NOT NULL DEFAULT 0,
  reason text NOT NULL,
  due_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT execution_timers_node_key UNIQUE (execution_id, node_id, iteration, reason)
);
CREATE INDEX idx_execution_timers_due_at ON public.execution_timers (due_at);

ALTER TABLE public.engine_instances ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.workflow_executions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.node_executions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.execution_timers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY "Users can read own executions" ON public.workflow_executions FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can read own node executions" ON public.node_executions FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Gateway reads the caller's executions" ON public.workflow_executions FOR SELECT TO gateway_service
  USING (user_id = (SELECT auth.uid()));

CREATE POLICY "Engines know each other" ON public.engine_instances TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine runs every execution" ON public.workflow_executions TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine records every node" ON public.node_executions TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine keeps every timer" ON public.execution_timers TO workflow_engine_service USING (true) WITH CHECK (true);

GRANT SELECT ON public.workflow_executions, public.node_executions TO authenticated;
GRANT SELECT ON public.workflow_executions TO gateway_service;
GRANT SELECT, INSERT, UPDATE ON public.workflow_executions, public.node_executions TO workflow_engine_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.execution_timers, public.engine_instances TO workflow_engine_service;
GRANT EXECUTE ON FUNCTION public.assert_engine_alive(uuid) TO workflow_engine_service;

DO $$
BEGIN
  ALTER TABLE public.workflow_executions ALTER trigger_data SET COMPRESSION lz4, ALTER run_data SET COMPRESSION lz4;
  ALTER TABLE public.node_executions ALTER input_data SET COMPRESSION lz4, ALTER output_data SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4; payloads are compressed with pglz';
END
$$;
