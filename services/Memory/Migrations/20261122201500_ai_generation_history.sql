-- What the workflow agent was asked for, what it made of it, and what the user said about it. It works as the user.
CREATE TABLE public.ai_generation_history (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  description text NOT NULL,
  context jsonb DEFAULT '{}',
  generated_workflow jsonb,
  suggestions text[] DEFAULT '{}',
  missing_info text[] DEFAULT '{}',
  feedback text,
  iteration_count integer DEFAULT 1,
  parent_generation_id uuid,
  model_name varchar(100),
  model_version varchar(50),
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT ai_generation_history_description_not_empty CHECK (length(description) > 0),
  CONSTRAINT ai_generation_history_iteration_count_positive CHECK (iteration_count > 0),
  CONSTRAINT ai_generation_history_id_user_id_key UNIQUE (id, user_id),
  CONSTRAINT ai_generation_history_parent_generation_id_fkey FOREIGN KEY (parent_generation_id, user_id)
    REFERENCES public.ai_generation_history (id, user_id) ON DELETE SET NULL (parent_generation_id)
);
CREATE INDEX idx_ai_generation_history_user_id ON public.ai_generation_history (user_id, created_at DESC, id DESC);
CREATE INDEX idx_ai_generation_history_parent ON public.ai_generation_history (parent_generation_id, user_id)
  WHERE parent_generation_id IS NOT NULL;

ALTER TABLE public.ai_generation_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage own generations" ON public.ai_generation_history TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.ai_generation_history TO authenticated;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.ai_generation_history
  ADD CONSTRAINT ai_generation_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
