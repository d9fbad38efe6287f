REVOKE SELECT ON public.execution_timers FROM authenticated;
DROP POLICY "Users can read timers of own executions" ON public.execution_timers;
