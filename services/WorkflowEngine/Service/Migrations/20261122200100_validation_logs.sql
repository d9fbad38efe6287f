-- What a validation found. A document that was never saved has no workflow; its owner is known all the same.
CREATE TABLE public.validation_logs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid,
  user_id uuid NOT NULL,
  validation_type varchar(50) NOT NULL,
  validation_result jsonb NOT NULL DEFAULT '{}',
  errors jsonb NOT NULL DEFAULT '[]',
  warnings jsonb NOT NULL DEFAULT '[]',
  is_valid boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT valid_validation_type CHECK (validation_type IN ('workflow', 'node', 'connection', 'integration')),
  CONSTRAINT validation_findings_are_lists CHECK (jsonb_typeof(errors) = 'array' AND jsonb_typeof(warnings) = 'array'),
  CONSTRAINT valid_without_errors CHECK (NOT (is_valid AND errors <> '[]')),
  CONSTRAINT validation_logs_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_validation_logs_user_id ON public.validation_logs (user_id, created_at DESC, id DESC);
CREATE INDEX idx_validation_logs_workflow_id ON public.validation_logs (workflow_id, created_at DESC, id DESC)
  WHERE workflow_id IS NOT NULL;
CREATE INDEX idx_validation_logs_created_at ON public.validation_logs (created_at);      -- for forgetting the old ones

ALTER TABLE public.validation_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own validation logs" ON public.validation_logs FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Engine writes every validation log" ON public.validation_logs TO workflow_engine_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.validation_logs TO authenticated;
GRANT SELECT, INSERT, DELETE ON public.validation_logs TO workflow_engine_service;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.validation_logs
  ADD CONSTRAINT validation_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
