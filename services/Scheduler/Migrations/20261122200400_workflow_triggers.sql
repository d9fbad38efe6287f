-- How a trigger node has done so far. trigger_index is written anew by every deployment; this row stays and counts on.
CREATE TABLE public.workflow_triggers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  node_id varchar(255) NOT NULL,
  trigger_type varchar(50) NOT NULL,                  -- what trigger_index calls trigger_subtype
  trigger_config jsonb NOT NULL DEFAULT '{}',
  is_active boolean NOT NULL DEFAULT true,
  trigger_count bigint NOT NULL DEFAULT 0,
  last_triggered_at timestamptz,
  error_count bigint NOT NULL DEFAULT 0,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT valid_workflow_trigger_type CHECK (trigger_type IN ('CRON', 'MANUAL', 'WEBHOOK', 'EMAIL', 'GITHUB', 'SLACK')),
  CONSTRAINT trigger_counts_not_negative CHECK (trigger_count >= 0 AND error_count >= 0),
  CONSTRAINT workflow_triggers_workflow_id_node_id_key UNIQUE (workflow_id, node_id),
  CONSTRAINT workflow_triggers_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
) WITH (fillfactor = 80);   -- room for the counters, which touch no index
CREATE INDEX idx_workflow_triggers_user_id ON public.workflow_triggers (user_id, workflow_id);
CREATE TRIGGER workflow_triggers_touch_updated_at BEFORE UPDATE OF trigger_type, trigger_config, is_active ON public.workflow_triggers
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.workflow_triggers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own workflow triggers" ON public.workflow_triggers FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Scheduler counts for every trigger" ON public.workflow_triggers TO scheduler_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.workflow_triggers TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.workflow_triggers TO scheduler_service;
