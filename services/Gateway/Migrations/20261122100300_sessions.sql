-- The chat session in which a person works on a workflow (not the sign-in session: that is auth.sessions).
CREATE TABLE public.sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  source_workflow_id uuid,
  action_type varchar(50) NOT NULL DEFAULT 'create',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sessions_id_user_id_key UNIQUE (id, user_id),
  CONSTRAINT valid_action_type CHECK (action_type IN ('create', 'edit', 'copy'))
);
CREATE INDEX idx_sessions_user_id ON public.sessions (user_id, updated_at DESC, id DESC);
CREATE TRIGGER sessions_touch_updated_at BEFORE UPDATE ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage own sessions" ON public.sessions TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Gateway keeps the caller's sessions" ON public.sessions TO gateway_service
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.sessions TO authenticated, gateway_service;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
