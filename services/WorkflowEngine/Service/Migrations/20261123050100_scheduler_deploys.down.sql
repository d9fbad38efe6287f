DROP POLICY "Scheduler sees what still runs" ON public.workflow_executions;
REVOKE SELECT (id, execution_id, workflow_id, user_id, status, trigger_node_id) ON public.workflow_executions FROM scheduler_service;
DROP POLICY "Scheduler reads every version" ON public.workflow_versions;
REVOKE SELECT ON public.workflow_versions FROM scheduler_service;
DROP POLICY "Scheduler marks a deployed workflow" ON public.workflows;
REVOKE UPDATE (deployment_status, deployed_at, deployed_by, undeployed_at, deployment_version, deployment_config) ON public.workflows
  FROM scheduler_service;
