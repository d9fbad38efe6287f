-- What a trigger fired and has not become an execution yet, and what became of every time a clock struck. A webhook's delivery comes here only
-- when no engine takes it; it was answered with 202, so it stays until one does. One delivery, one row: it is its key that occurs once.
CREATE TABLE public.trigger_firings (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  node_id varchar(255) NOT NULL,
  trigger_subtype varchar(100) NOT NULL,
  workflow_version integer NOT NULL,
  delivery_key varchar(255) NOT NULL,
  trigger_data jsonb NOT NULL DEFAULT '{}',
  overlap_policy varchar(20) NOT NULL DEFAULT 'allow',
  status varchar(20) NOT NULL DEFAULT 'queued',
  due_at timestamptz NOT NULL DEFAULT now(),           -- when it was scheduled, or when it arrived
  next_attempt_at timestamptz NOT NULL DEFAULT now(),  -- while it is queued: nobody hands it over before; a claim moves it ahead as a lease
  attempts integer NOT NULL DEFAULT 0,
  execution_id varchar(255),
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  CONSTRAINT valid_firing_subtype CHECK (trigger_subtype IN ('CRON', 'MANUAL', 'WEBHOOK', 'EMAIL', 'GITHUB', 'SLACK')),
  CONSTRAINT valid_overlap_policy CHECK (overlap_policy IN ('skip', 'queue', 'allow')),
  CONSTRAINT valid_firing_status CHECK (status IN ('queued', 'started', 'skipped', 'failed')),
  CONSTRAINT firing_is_decided CHECK ((status = 'queued') = (decided_at IS NULL)),
  CONSTRAINT started_firing_names_execution CHECK (status <> 'started' OR execution_id IS NOT NULL),
  CONSTRAINT trigger_firings_delivery_key UNIQUE (workflow_id, node_id, delivery_key),
  CONSTRAINT trigger_firings_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX idx_trigger_firings_queued ON public.trigger_firings (next_attempt_at) WHERE status = 'queued';
CREATE INDEX idx_trigger_firings_trigger ON public.trigger_firings (workflow_id, node_id, due_at DESC);
CREATE INDEX idx_trigger_firings_user_id ON public.trigger_firings (user_id, workflow_id);
CREATE INDEX idx_trigger_firings_decided_at ON public.trigger_firings (decided_at) WHERE decided_at IS NOT NULL;

ALTER TABLE public.trigger_firings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own firings" ON public.trigger_firings FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Scheduler keeps every firing" ON public.trigger_firings TO scheduler_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.trigger_firings TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.trigger_firings TO scheduler_service;

-- A firing runs the version that was deployed, whatever has been saved since.
ALTER TABLE public.trigger_index ADD COLUMN workflow_version integer NOT NULL DEFAULT 1;

-- What a clock struck while nobody listened, beyond what is made up for.
ALTER TABLE public.workflow_triggers
  ADD COLUMN missed_count bigint NOT NULL DEFAULT 0,
  ADD COLUMN last_missed_at timestamptz,
  ADD COLUMN last_error_at timestamptz,
  ADD CONSTRAINT missed_count_not_negative CHECK (missed_count >= 0);
