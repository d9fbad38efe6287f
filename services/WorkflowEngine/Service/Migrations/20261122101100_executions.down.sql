DROP TABLE public.execution_timers;
DROP TABLE public.node_executions;
DROP TABLE public.workflow_executions;
DROP FUNCTION public.assert_engine_alive(uuid);
DROP TABLE public.engine_instances;
