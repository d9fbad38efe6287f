-- "Why is it waiting": the owner of an execution may see its timers. A timer carries no owner; its execution does.
CREATE POLICY "Users can read timers of own executions" ON public.execution_timers FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.workflow_executions e
    WHERE e.execution_id = execution_timers.execution_id AND e.user_id = (SELECT auth.uid())));
GRANT SELECT ON public.execution_timers TO authenticated;
