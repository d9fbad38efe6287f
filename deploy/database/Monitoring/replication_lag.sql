-- How far behind each replica is: bytes not yet replayed there, and for how long. Nothing when there is no replica. Over 10 s: alarm.
SELECT application_name AS replica, state, sync_state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint AS bytes_behind, replay_lag
FROM pg_stat_replication
ORDER BY replay_lag DESC NULLS LAST
