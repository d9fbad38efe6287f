-- Indexes nobody has read since the statistics were last reset: each costs every insert. Those that keep a rule are needed without being read.
-- Look at least a month after a reset, and on every replica, before one goes.
SELECT s.relname AS table_name, s.indexrelname AS index_name, s.idx_scan AS scans, pg_relation_size(s.indexrelid) AS bytes,
  pg_size_pretty(pg_relation_size(s.indexrelid)) AS size, t.n_tup_ins + t.n_tup_upd - t.n_tup_hot_upd AS writes_paid_for
FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid) JOIN pg_stat_user_tables t ON t.relid = s.relid
WHERE s.idx_scan = 0 AND NOT i.indisunique AND NOT i.indisexclusion
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = s.indexrelid)
ORDER BY pg_relation_size(s.indexrelid) DESC
