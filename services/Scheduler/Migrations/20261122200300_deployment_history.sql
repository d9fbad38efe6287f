-- Who deployed what, when and how it ended. A row is written when a step begins and completed once, when it ends; nothing else changes it.
CREATE TABLE public.workflow_deployment_history (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  deployment_action varchar(50) NOT NULL,
  from_status varchar(50) NOT NULL,
  to_status varchar(50) NOT NULL,
  deployment_version integer NOT NULL,
  deployment_config json NOT NULL DEFAULT '{}',
  triggered_by uuid,
  started_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  completed_at timestamptz,
  error_message text,
  deployment_logs json DEFAULT '{}',
  CONSTRAINT valid_deployment_action CHECK (
    deployment_action IN ('DEPLOY', 'UNDEPLOY', 'UPDATE', 'ROLLBACK', 'DEPLOY_STARTED', 'DEPLOY_COMPLETED', 'DEPLOY_FAILED',
      'UNDEPLOY_STARTED', 'UNDEPLOY_COMPLETED', 'UNDEPLOY_FAILED')),
  CONSTRAINT workflow_deployment_history_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_deployment_history_workflow_id ON public.workflow_deployment_history (workflow_id, started_at DESC, id DESC);
CREATE INDEX idx_deployment_history_action ON public.workflow_deployment_history (user_id, deployment_action, started_at DESC);
CREATE INDEX idx_deployment_history_started_at ON public.workflow_deployment_history (user_id, started_at DESC, id DESC);
-- What a scheduler that died left half done.
CREATE INDEX idx_deployment_history_unfinished ON public.workflow_deployment_history (started_at) WHERE completed_at IS NULL;
CREATE INDEX idx_deployment_history_triggered_by ON public.workflow_deployment_history (triggered_by) WHERE triggered_by IS NOT NULL;

ALTER TABLE public.workflow_deployment_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own deployment history" ON public.workflow_deployment_history FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Scheduler reads every deployment" ON public.workflow_deployment_history FOR SELECT TO scheduler_service USING (true);
CREATE POLICY "Scheduler records every deployment" ON public.workflow_deployment_history FOR INSERT TO scheduler_service WITH CHECK (true);
CREATE POLICY "Scheduler completes a deployment once" ON public.workflow_deployment_history FOR UPDATE TO scheduler_service
  USING (completed_at IS NULL) WITH CHECK (completed_at IS NOT NULL);
GRANT SELECT ON public.workflow_deployment_history TO authenticated;
GRANT SELECT, INSERT, UPDATE (to_status, completed_at, error_message, deployment_logs) ON public.workflow_deployment_history
  TO scheduler_service;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.workflow_deployment_history
  ADD CONSTRAINT workflow_deployment_history_triggered_by_fkey FOREIGN KEY (triggered_by) REFERENCES auth.users (id) ON DELETE SET NULL;
