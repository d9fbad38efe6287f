DROP TRIGGER workflow_executions_delete_logs ON public.workflow_executions;
DROP TABLE public.workflow_execution_logs;
DROP FUNCTION public.delete_logs_of_executions();
DROP FUNCTION public.cleanup_old_execution_logs(integer);
DROP FUNCTION public.drop_log_partitions_before(date);
DROP FUNCTION public.maintain_log_partitions(integer);
