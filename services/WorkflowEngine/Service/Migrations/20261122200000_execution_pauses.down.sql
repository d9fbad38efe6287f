DROP TABLE public.workflow_execution_pauses;
