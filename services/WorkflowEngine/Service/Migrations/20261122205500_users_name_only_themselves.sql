-- Who wrote a version and who deployed a workflow are foreign keys to the accounts. A key check does not ask the policies: naming another
-- account would work, naming one that is not there would fail, and so tell the two apart (and sign with somebody else's name).
ALTER POLICY "Users can manage own workflows" ON public.workflows
  WITH CHECK (user_id = (SELECT auth.uid()) AND (deployed_by IS NULL OR deployed_by = (SELECT auth.uid())));
ALTER POLICY "Users can manage own workflow versions" ON public.workflow_versions
  WITH CHECK (user_id = (SELECT auth.uid()) AND (created_by IS NULL OR created_by = (SELECT auth.uid())));
