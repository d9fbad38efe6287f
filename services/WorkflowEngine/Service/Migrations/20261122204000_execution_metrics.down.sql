DROP TRIGGER workflow_executions_queue_born_finished ON public.workflow_executions;
DROP TRIGGER workflow_executions_queue_finished ON public.workflow_executions;
DROP FUNCTION public.cleanup_old_execution_metrics(integer, integer);
DROP FUNCTION public.refresh_execution_metrics(integer);
DROP FUNCTION public.queue_finished_execution();
DROP TABLE public.execution_metrics_durations;
DROP TABLE public.execution_metrics_daily;
DROP TABLE public.execution_metrics_hourly;
DROP TABLE public.execution_metrics_queue;
