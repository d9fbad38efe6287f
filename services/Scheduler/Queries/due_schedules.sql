-- The triggers whose time has come, soonest first, at most $1, locked for whoever asks; what another has locked is passed over.
-- The sub-select makes the moment a constant, which the index can be searched with; one that changes from row to row could only be compared.
-- The workflow is held too: whoever deletes it has it first and comes for its triggers then, and would wait for us while our firings wait for him.
SELECT t.id, t.workflow_id, t.user_id, t.node_id, t.workflow_version, t.trigger_config::text, t.next_fire_at, clock_timestamp()
FROM trigger_index t JOIN workflows w ON w.id = t.workflow_id
WHERE t.trigger_subtype = 'CRON' AND t.is_active AND t.deployment_status = 'active' AND t.next_fire_at <= (SELECT clock_timestamp())
ORDER BY t.next_fire_at LIMIT $1
FOR NO KEY UPDATE OF t SKIP LOCKED FOR KEY SHARE OF w SKIP LOCKED
