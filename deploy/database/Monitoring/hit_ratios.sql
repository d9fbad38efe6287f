-- How often tables and their indexes are found in memory. Below 0.99 on a busy table: shared_buffers is too small, or a query reads too much.
-- index_share: how many of the scans of a table go by an index. Low on a table of more than some thousand rows: an index is missing.
SELECT io.relname AS table_name,
  round(io.heap_blks_hit / nullif(io.heap_blks_hit + io.heap_blks_read, 0)::numeric, 4) AS table_hit_ratio,
  round(io.idx_blks_hit / nullif(io.idx_blks_hit + io.idx_blks_read, 0)::numeric, 4) AS index_hit_ratio,
  round(t.idx_scan / nullif(t.idx_scan + t.seq_scan, 0)::numeric, 4) AS index_share,
  t.seq_scan AS sequential_scans,
  t.seq_tup_read / nullif(t.seq_scan, 0) AS rows_per_sequential_scan,
  t.n_live_tup AS live_rows
FROM pg_statio_user_tables io JOIN pg_stat_user_tables t USING (relid)
ORDER BY io.heap_blks_read + coalesce(io.idx_blks_read, 0) DESC
