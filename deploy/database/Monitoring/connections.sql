-- Who holds connections, how many of those there are, and for how long the slowest statement of each has been running.
-- Over 0.8 of max_connections: a pool is too large, or something does not give back what it took. Over a second: look at the statement.
SELECT usename AS role, application_name AS service, count(*) AS connections,
  count(*) FILTER (WHERE state = 'active') AS active,
  count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS idle_in_transaction,
  count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting_for_locks,
  max(now() - query_start) FILTER (WHERE state = 'active') AS slowest_statement,
  round(sum(count(*)) OVER () / current_setting('max_connections')::numeric, 4) AS share_of_all_connections
FROM pg_stat_activity
WHERE backend_type = 'client backend'
GROUP BY usename, application_name
ORDER BY connections DESC
