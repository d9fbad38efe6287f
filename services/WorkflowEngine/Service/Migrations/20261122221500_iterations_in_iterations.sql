-- The number of an iteration in a loop within loops is the outer one's times 10,000 plus its own: an integer is full at the third loop.
ALTER TABLE public.node_executions ALTER COLUMN iteration TYPE bigint;
ALTER TABLE public.execution_timers ALTER COLUMN iteration TYPE bigint;
ALTER TABLE public.workflow_execution_pauses ALTER COLUMN iteration TYPE bigint;
ALTER TABLE public.human_interactions ALTER COLUMN iteration TYPE bigint;
