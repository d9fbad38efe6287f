-- How big each table is, partitions added up, and how fast it grows: rows a day since the statistics were last reset.
-- Take it once a week; the difference is the growth in bytes.
WITH parts AS (
  SELECT coalesce(i.inhparent, c.oid) AS table_oid, c.oid
  FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
  WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('public', 'auth', 'messaging', 'deployment'))
SELECT p.table_oid::regclass::text AS table_name,
  count(*) AS parts,
  sum(pg_table_size(p.oid))::bigint AS table_bytes,
  sum(pg_indexes_size(p.oid))::bigint AS index_bytes,
  pg_size_pretty(sum(pg_total_relation_size(p.oid))) AS total,
  sum(s.n_live_tup)::bigint AS live_rows,
  sum(s.n_tup_ins - s.n_tup_del)::bigint AS rows_added,
  round(sum(s.n_tup_ins - s.n_tup_del) / greatest(extract(epoch FROM now() - since.reset) / 86400, 1.0 / 24)) AS rows_added_per_day,
  max(greatest(s.last_analyze, s.last_autoanalyze)) AS last_analyze
FROM parts p JOIN pg_stat_user_tables s ON s.relid = p.oid,
  (SELECT coalesce(stats_reset, pg_postmaster_start_time()) AS reset FROM pg_stat_database WHERE datname = current_database()) since
GROUP BY p.table_oid, since.reset
ORDER BY sum(pg_total_relation_size(p.oid)) DESC
