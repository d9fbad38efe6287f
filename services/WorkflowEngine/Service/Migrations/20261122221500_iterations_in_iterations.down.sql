ALTER TABLE public.node_executions ALTER COLUMN iteration TYPE integer;
ALTER TABLE public.execution_timers ALTER COLUMN iteration TYPE integer;
ALTER TABLE public.workflow_execution_pauses ALTER COLUMN iteration TYPE integer;
ALTER TABLE public.human_interactions ALTER COLUMN iteration TYPE integer;
