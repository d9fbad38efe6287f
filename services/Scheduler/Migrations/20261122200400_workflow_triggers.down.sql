DROP TABLE public.workflow_triggers;
