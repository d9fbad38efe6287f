-- Why a run stands still, and what made it go on. The timer that wakes it is a row of execution_timers, the question to a person a row of
-- human_interactions; all three are written in the transaction that changes the execution's status.
CREATE TABLE public.workflow_execution_pauses (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  execution_id uuid NOT NULL REFERENCES public.workflow_executions (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  paused_at timestamptz NOT NULL,
  paused_node_id varchar(255) NOT NULL,
  iteration integer NOT NULL DEFAULT 0,
  pause_reason varchar(100) NOT NULL,
  resume_conditions jsonb NOT NULL,
  resumed_at timestamptz,
  resume_trigger varchar(100),
  status varchar(20) NOT NULL DEFAULT 'active',
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now(),
  CONSTRAINT valid_pause_reason CHECK (pause_reason IN ('human_interaction', 'timeout', 'error', 'manual', 'wait', 'delay')),
  CONSTRAINT valid_pause_status CHECK (status IN ('active', 'resumed', 'timeout', 'cancelled')),
  CONSTRAINT resumed_at_with_resumed CHECK (
    CASE status WHEN 'active' THEN resumed_at IS NULL WHEN 'resumed' THEN resumed_at IS NOT NULL ELSE true END)
);
CREATE INDEX idx_workflow_execution_pauses_execution ON public.workflow_execution_pauses (execution_id, paused_at DESC);
-- A node run waits for one thing at a time: a second delivery of the same decision cannot pause it twice.
CREATE UNIQUE INDEX idx_workflow_execution_pauses_active ON public.workflow_execution_pauses (execution_id, paused_node_id, iteration)
  WHERE status = 'active';
CREATE INDEX idx_workflow_execution_pauses_node ON public.workflow_execution_pauses (user_id, paused_node_id, paused_at DESC);
CREATE TRIGGER workflow_execution_pauses_touch_updated_at BEFORE UPDATE ON public.workflow_execution_pauses
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.workflow_execution_pauses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own pauses" ON public.workflow_execution_pauses FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Engine reads every pause" ON public.workflow_execution_pauses FOR SELECT TO workflow_engine_service USING (true);
-- The owner is the execution's. A foreign key with user_id would say so too, for one more index on the table that is written most.
CREATE POLICY "Engine pauses an execution of its owner" ON public.workflow_execution_pauses FOR INSERT TO workflow_engine_service
  WITH CHECK (EXISTS (SELECT FROM public.workflow_executions e
    WHERE e.id = workflow_execution_pauses.execution_id AND e.user_id = workflow_execution_pauses.user_id));
-- A pause ends once: of two that resume it, the second finds nothing.
CREATE POLICY "Engine ends an active pause" ON public.workflow_execution_pauses FOR UPDATE TO workflow_engine_service
  USING (status = 'active') WITH CHECK (true);
GRANT SELECT ON public.workflow_execution_pauses TO authenticated;
GRANT SELECT, INSERT, UPDATE (resume_conditions, resumed_at, resume_trigger, status) ON public.workflow_execution_pauses
  TO workflow_engine_service;
