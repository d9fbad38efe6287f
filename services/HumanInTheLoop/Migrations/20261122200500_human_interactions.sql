-- A question to a person, made by the engine in the transaction that pauses the run, and from then on in the hands of human-in-the-loop.
CREATE TABLE public.human_interactions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  -- It goes with its run: nobody could use the answer.
  execution_id uuid NOT NULL REFERENCES public.workflow_executions (id) ON DELETE CASCADE,
  node_id varchar(255) NOT NULL,
  iteration integer NOT NULL DEFAULT 0,
  interaction_type varchar(50) NOT NULL,
  channel_type varchar(50) NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'pending',
  priority varchar(20) NOT NULL DEFAULT 'normal',
  request_data jsonb NOT NULL,
  response_data jsonb,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  responded_at timestamptz,
  timeout_at timestamptz NOT NULL,
  timeout_action varchar(20) NOT NULL DEFAULT 'fail',
  warning_sent_at timestamptz,
  reminded_at timestamptz,
  delivered_at timestamptz,
  delivery_reference varchar(255),                    -- what the channel calls the message: Slack's channel and ts, a Message-ID
  assigned_to uuid,
  claimed_by uuid,
  claimed_at timestamptz,
  correlation_id varchar(255),
  tags text[],
  CONSTRAINT valid_interaction_type CHECK (interaction_type IN ('approval', 'input', 'selection', 'review')),
  CONSTRAINT valid_channel_type CHECK (channel_type IN ('slack', 'email', 'webhook', 'in_app')),
  CONSTRAINT valid_status CHECK (status IN ('pending', 'responded', 'timeout', 'error', 'cancelled')),
  CONSTRAINT valid_priority CHECK (priority IN ('low', 'normal', 'high', 'critical')),
  CONSTRAINT valid_timeout_action CHECK (timeout_action IN ('fail', 'continue', 'default_response')),
  CONSTRAINT responded_carries_its_answer CHECK ((status = 'responded') = (responded_at IS NOT NULL)
    AND (status <> 'responded' OR response_data IS NOT NULL)),
  -- For the answers: one that matches belongs to the same workflow.
  CONSTRAINT human_interactions_id_workflow_id_key UNIQUE (id, workflow_id),
  CONSTRAINT human_interactions_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_human_interactions_workflow ON public.human_interactions (workflow_id, created_at DESC, id DESC);
CREATE INDEX idx_human_interactions_status ON public.human_interactions (user_id, status, created_at DESC, id DESC);
CREATE INDEX idx_human_interactions_user_id ON public.human_interactions (user_id, created_at DESC, id DESC);
CREATE INDEX idx_human_interactions_execution ON public.human_interactions (execution_id, node_id);
CREATE INDEX idx_human_interactions_pending_timeout ON public.human_interactions (timeout_at) WHERE status = 'pending';
CREATE INDEX idx_human_interactions_correlation ON public.human_interactions (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX idx_human_interactions_delivery ON public.human_interactions (delivery_reference) WHERE delivery_reference IS NOT NULL;
CREATE INDEX idx_human_interactions_assigned_to ON public.human_interactions (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX idx_human_interactions_claimed_by ON public.human_interactions (claimed_by) WHERE claimed_by IS NOT NULL;
-- A node run asks one thing at a time: a second delivery of the same decision asks nothing.
CREATE UNIQUE INDEX idx_human_interactions_pending_node ON public.human_interactions (execution_id, node_id, iteration)
  WHERE status = 'pending';
CREATE TRIGGER human_interactions_touch_updated_at BEFORE UPDATE ON public.human_interactions
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.human_interactions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own interactions" ON public.human_interactions FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Engine reads every interaction" ON public.human_interactions FOR SELECT TO workflow_engine_service USING (true);
-- The execution is of this workflow and so of its owner. A foreign key would take one more index on the table that is written most.
CREATE POLICY "Engine asks for an execution of its own workflow" ON public.human_interactions FOR INSERT TO workflow_engine_service
  WITH CHECK (status = 'pending' AND EXISTS (SELECT FROM public.workflow_executions e
    WHERE e.id = human_interactions.execution_id AND e.workflow_id = human_interactions.workflow_id
      AND e.user_id = human_interactions.user_id));
CREATE POLICY "Human-in-the-loop reads every interaction" ON public.human_interactions FOR SELECT TO human_in_the_loop_service USING (true);
-- It ends once: the first answer counts, and a late one, a time-out or a cancellation finds nothing to change.
CREATE POLICY "Human-in-the-loop works on what is pending" ON public.human_interactions FOR UPDATE TO human_in_the_loop_service
  USING (status = 'pending') WITH CHECK (true);
GRANT SELECT ON public.human_interactions TO authenticated;
GRANT SELECT, INSERT ON public.human_interactions TO workflow_engine_service;
-- Not the question, nor whose it is.
GRANT SELECT, UPDATE (status, priority, response_data, responded_at, timeout_at, warning_sent_at, reminded_at, delivered_at,
  delivery_reference, assigned_to, claimed_by, claimed_at, correlation_id, tags) ON public.human_interactions TO human_in_the_loop_service;

-- Pending ones whose time is nearly up, soonest first. With the caller's rights: a user gets own ones. What is due exactly at as_of has
-- expired; no interaction is in both functions' answers. max_results NULL: all.
CREATE FUNCTION public.get_pending_hil_interactions(
    within interval DEFAULT '15 minutes', unwarned_only boolean DEFAULT false, max_results integer DEFAULT NULL,
    as_of timestamptz DEFAULT now())
  RETURNS SETOF public.human_interactions
  LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT * FROM public.human_interactions
  WHERE status = 'pending' AND timeout_at > as_of AND timeout_at < as_of + within AND NOT (unwarned_only AND warning_sent_at IS NOT NULL)
  ORDER BY timeout_at, id LIMIT max_results
$$;

-- Pending ones whose time is up, longest overdue first, each locked for the caller until its transaction ends; callers pass each other.
CREATE FUNCTION public.get_expired_hil_interactions(max_results integer DEFAULT 100, as_of timestamptz DEFAULT now())
  RETURNS SETOF public.human_interactions
  LANGUAGE sql VOLATILE SET search_path = '' AS $$
  SELECT * FROM public.human_interactions
  WHERE status = 'pending' AND timeout_at <= as_of
  ORDER BY timeout_at LIMIT max_results FOR UPDATE SKIP LOCKED
$$;
GRANT EXECUTE ON FUNCTION public.get_pending_hil_interactions(interval, boolean, integer, timestamptz)
  TO human_in_the_loop_service, authenticated;
GRANT EXECUTE ON FUNCTION public.get_expired_hil_interactions(integer, timestamptz) TO human_in_the_loop_service;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.human_interactions
  ADD CONSTRAINT human_interactions_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES auth.users (id) ON DELETE SET NULL,
  ADD CONSTRAINT human_interactions_claimed_by_fkey FOREIGN KEY (claimed_by) REFERENCES auth.users (id) ON DELETE SET NULL;
