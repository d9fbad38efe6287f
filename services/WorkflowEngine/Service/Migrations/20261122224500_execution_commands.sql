-- What people and services ask of an execution: the process that is asked is rarely the one that runs it. The owner decides, and says so here
-- in the transaction that makes it true. Rows stay with the execution: they tell who stopped it.
CREATE TABLE public.execution_commands (
  id uuid PRIMARY KEY,
  execution_id varchar(255) NOT NULL REFERENCES public.workflow_executions (execution_id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  kind text NOT NULL,
  node_id varchar(255),
  iteration bigint NOT NULL DEFAULT 0,
  port varchar(255),
  payload jsonb,
  idempotency_key varchar(255),
  requested_by varchar(255) NOT NULL,
  outcome text,
  result_status varchar(50),
  code text,
  detail text,
  created_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  CONSTRAINT valid_command_kind CHECK (kind IN ('cancel', 'pause', 'resume', 'answer')),
  CONSTRAINT answer_names_its_node CHECK ((kind = 'answer') = (node_id IS NOT NULL)),
  CONSTRAINT valid_command_outcome CHECK (outcome IN ('done', 'unchanged', 'refused')),
  CONSTRAINT outcome_when_decided CHECK ((outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (result_status IS NULL))
);
-- Who asks again while the first request is still open waits for its outcome. Answers differ, so each is decided by itself.
CREATE UNIQUE INDEX idx_execution_commands_open ON public.execution_commands (execution_id, kind)
  WHERE decided_at IS NULL AND kind <> 'answer';
CREATE INDEX idx_execution_commands_pending ON public.execution_commands (id) WHERE decided_at IS NULL;
CREATE INDEX idx_execution_commands_execution ON public.execution_commands (execution_id, created_at DESC);
CREATE UNIQUE INDEX idx_execution_commands_idempotency_key ON public.execution_commands (execution_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX idx_execution_commands_user_id ON public.execution_commands (user_id, created_at DESC);

ALTER TABLE public.execution_commands ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own commands" ON public.execution_commands FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Engine reads every command" ON public.execution_commands FOR SELECT TO workflow_engine_service USING (true);
CREATE POLICY "Engine takes commands from the owner" ON public.execution_commands FOR INSERT TO workflow_engine_service
  WITH CHECK (EXISTS (SELECT FROM public.workflow_executions e
    WHERE e.execution_id = execution_commands.execution_id AND e.user_id = execution_commands.user_id));
-- A command is decided once.
CREATE POLICY "Engine decides an open command" ON public.execution_commands FOR UPDATE TO workflow_engine_service
  USING (decided_at IS NULL) WITH CHECK (true);
GRANT SELECT ON public.execution_commands TO authenticated;
GRANT SELECT, INSERT, UPDATE (outcome, result_status, code, detail, decided_at) ON public.execution_commands TO workflow_engine_service;
