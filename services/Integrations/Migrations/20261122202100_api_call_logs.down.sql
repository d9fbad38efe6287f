DROP TABLE public.external_api_call_logs;
DROP FUNCTION public.cleanup_old_api_call_logs(integer);
DROP FUNCTION public.drop_api_call_log_partitions_before(date);
DROP FUNCTION public.maintain_api_call_log_partitions(integer);
