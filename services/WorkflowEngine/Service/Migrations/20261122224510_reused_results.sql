-- A retry takes over what it need not run again; the row says from which execution.
ALTER TABLE public.node_executions ADD COLUMN reused_from varchar(255);
