ALTER POLICY "Users can manage own workflows" ON public.workflows WITH CHECK (user_id = (SELECT auth.uid()));
ALTER POLICY "Users can manage own workflow versions" ON public.workflow_versions WITH CHECK (user_id = (SELECT auth.uid()));
