DROP TABLE public.workflow_deployment_history;
