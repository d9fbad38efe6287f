-- What starts a workflow, found by what an event carries. One row per trigger node of a deployed workflow. The node is not a foreign key:
-- the deployed version keeps its triggers while the document of the next one is edited.
CREATE TABLE public.trigger_index (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  node_id varchar(255) NOT NULL,
  trigger_type varchar(50) NOT NULL,
  trigger_subtype varchar(100) NOT NULL,
  trigger_config json NOT NULL DEFAULT '{}',
  index_key varchar(255) NOT NULL,
  deployment_status varchar(50) NOT NULL DEFAULT 'active',
  is_active boolean NOT NULL DEFAULT true,
  next_fire_at timestamptz,
  last_fired_at timestamptz,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_trigger_type CHECK (trigger_type IN ('TRIGGER')),
  CONSTRAINT valid_trigger_subtype CHECK (trigger_subtype IN ('CRON', 'MANUAL', 'WEBHOOK', 'EMAIL', 'GITHUB', 'SLACK')),
  CONSTRAINT valid_deployment_status CHECK (deployment_status IN ('active', 'inactive', 'pending', 'failed')),
  -- Two cron nodes of one workflow may share an expression, so it is the node and not the key that occurs once.
  CONSTRAINT trigger_index_workflow_id_node_id_key UNIQUE (workflow_id, node_id),
  CONSTRAINT trigger_index_key_not_empty CHECK (index_key <> ''),
  CONSTRAINT manual_key_names_its_node CHECK (trigger_subtype <> 'MANUAL' OR index_key = left('manual:' || node_id, 255)),
  -- A path has one spelling: no trailing or double slash, no dot segments, no escapes, no query. What a client may write in other ways is
  -- brought into this form before it is looked up; otherwise the same address could be registered twice.
  CONSTRAINT webhook_path_has_one_spelling CHECK (
    trigger_subtype <> 'WEBHOOK' OR index_key ~ '^(/(?!\.{1,2}(/|$))[A-Za-z0-9._~!$&''()*+,;=:@-]+)+$'),
  CONSTRAINT trigger_index_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_trigger_index_type ON public.trigger_index (trigger_subtype, id);
CREATE INDEX idx_trigger_index_key ON public.trigger_index (trigger_subtype, index_key, workflow_id);
-- trigger_type is a constant and would only widen the index.
CREATE INDEX idx_trigger_index_lookup ON public.trigger_index (trigger_subtype, index_key, deployment_status) WHERE is_active;
-- Nobody takes a path that is somebody's, in another letter case neither. A trigger that is paused (is_active = false) keeps it: its
-- callers go on calling, and what they send must not reach whoever comes along meanwhile. Undeployed or failed, it is free.
CREATE UNIQUE INDEX idx_trigger_index_webhook_path ON public.trigger_index (lower(index_key COLLATE "C"))
  WHERE trigger_subtype = 'WEBHOOK' AND deployment_status IN ('active', 'pending');
-- The clock's queue (cron, and mailboxes that are asked now and then): claimed in batches with SKIP LOCKED.
CREATE INDEX idx_trigger_index_next_fire ON public.trigger_index (next_fire_at)
  WHERE is_active AND deployment_status = 'active' AND next_fire_at IS NOT NULL;
CREATE INDEX idx_trigger_index_user_id ON public.trigger_index (user_id, workflow_id);
-- Firing is no change of the trigger.
CREATE TRIGGER trigger_index_touch_updated_at
  BEFORE UPDATE OF trigger_subtype, trigger_config, index_key, deployment_status, is_active ON public.trigger_index
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.trigger_index ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own triggers" ON public.trigger_index FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Scheduler keeps every trigger" ON public.trigger_index TO scheduler_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine reads every trigger" ON public.trigger_index FOR SELECT TO workflow_engine_service USING (true);
GRANT SELECT ON public.trigger_index TO authenticated, workflow_engine_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.trigger_index TO scheduler_service;
