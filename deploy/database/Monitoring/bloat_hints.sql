-- Tables with many dead rows (autovacuum is behind, or a transaction has been open for long), and updates that touch indexes although they
-- could do without (hot_share). rows_per_page against a fresh copy tells bloat exactly; this tells where to look.
SELECT relname AS table_name, n_live_tup AS live_rows, n_dead_tup AS dead_rows,
  round(n_dead_tup / nullif(n_live_tup + n_dead_tup, 0)::numeric, 4) AS dead_share,
  round(n_tup_hot_upd / nullif(n_tup_upd, 0)::numeric, 4) AS hot_share,
  round(n_live_tup / nullif(pg_relation_size(relid) / current_setting('block_size')::int, 0)::numeric, 1) AS rows_per_page,
  round(pg_indexes_size(relid) / nullif(n_live_tup, 0)::numeric) AS index_bytes_per_row,
  greatest(last_vacuum, last_autovacuum) AS last_vacuum, autovacuum_count AS autovacuums,
  (SELECT max(now() - xact_start) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()) AS oldest_transaction
FROM pg_stat_user_tables
ORDER BY n_dead_tup DESC
