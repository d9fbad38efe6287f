-- The scheduler deploys: it reads the version that is to be deployed, marks the workflow in the transaction that makes its triggers listen, and
-- sees whether the run a clock started last is still going.
GRANT UPDATE (deployment_status, deployed_at, deployed_by, undeployed_at, deployment_version, deployment_config) ON public.workflows
  TO scheduler_service;
CREATE POLICY "Scheduler marks a deployed workflow" ON public.workflows FOR UPDATE TO scheduler_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.workflow_versions TO scheduler_service;
CREATE POLICY "Scheduler reads every version" ON public.workflow_versions FOR SELECT TO scheduler_service USING (true);
GRANT SELECT (id, execution_id, workflow_id, user_id, status, trigger_node_id) ON public.workflow_executions TO scheduler_service;
CREATE POLICY "Scheduler sees what still runs" ON public.workflow_executions FOR SELECT TO scheduler_service USING (true);
