-- The user dashboard: the caller's active workflows, newest updated first, each with how its latest execution went.
-- $1: the caller, said again so that it becomes an index condition.
SELECT w.id, w.name, w.description, w.icon_url, w.tags, w.deployment_status, w.latest_execution_status, w.latest_execution_id,
  w.latest_execution_time, w.updated_at
FROM workflows w
WHERE w.user_id = $1 AND w.active
ORDER BY w.updated_at DESC, w.id DESC
LIMIT 20
