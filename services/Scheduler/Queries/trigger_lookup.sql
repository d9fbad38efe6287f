-- Which workflows an event starts: a call to a webhook's path, a push to a repository, a message in a workspace.
-- $1: subtype of the trigger; $2: its key (path, repository, workspace, address). What is paused or not deployed is not started.
SELECT ti.workflow_id, ti.user_id, ti.node_id, ti.trigger_config, ti.workflow_version
FROM trigger_index ti
WHERE ti.trigger_type = 'TRIGGER'
  AND ti.trigger_subtype = $1
  AND ti.index_key = $2
  AND ti.is_active
  AND ti.deployment_status = 'active'
