-- Pending interactions whose time is up within $1 (an interval), soonest first: to remind people while they can still answer.
SELECT hi.*
FROM human_interactions hi
WHERE hi.status = 'pending'
  AND hi.timeout_at < now() + $1
  AND hi.timeout_at > now()
ORDER BY hi.timeout_at, hi.id
