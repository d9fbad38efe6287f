ALTER TABLE public.node_executions DROP COLUMN reused_from;
