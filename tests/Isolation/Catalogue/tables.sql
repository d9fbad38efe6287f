-- Every table and partition of ours as one JSON document, named as docs/database.md names it: without "public.".
WITH relation AS (
  SELECT c.oid, relkind, relpartbound, relispartition, relrowsecurity, relforcerowsecurity,
    CASE relnamespace WHEN 'public'::regnamespace THEN '' ELSE relnamespace::regnamespace || '.' END || quote_ident(relname) AS name
  FROM pg_class c
  WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('public', 'auth', 'messaging')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
-- What a list of column numbers is called; 0 stands for an expression and has no name.
named AS (
  SELECT attrelid, attnum, quote_ident(attname) AS name FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped)
SELECT jsonb_agg(jsonb_build_object(
  'Name', r.name,
  'Oid', r.oid::bigint,
  'PartitionOf', (SELECT p.name FROM pg_inherits i JOIN relation p ON p.oid = i.inhparent WHERE i.inhrelid = r.oid AND r.relispartition),
  'Bound', pg_get_expr(r.relpartbound, r.oid),
  'PartitionColumn', (SELECT n.name FROM pg_inherits i JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
    JOIN named n ON n.attrelid = r.oid AND n.name = (SELECT name FROM named WHERE attrelid = i.inhparent AND attnum = p.partattrs[0])
    WHERE i.inhrelid = r.oid),
  'Columns', (SELECT jsonb_agg(jsonb_build_object(
      'Name', quote_ident(attname), 'Type', format_type(atttypid, atttypmod), 'Kind', typname, 'Category', typcategory, 'Modifier', atttypmod,
      'Required', attnotnull AND NOT atthasdef AND attidentity = '', 'Nullable', NOT attnotnull,
      'Fixed', attgenerated <> '' OR attidentity = 'a', 'Default', pg_get_expr(adbin, adrelid),
      'Labels', coalesce((SELECT jsonb_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = atttypid), '[]')) ORDER BY attnum)
    FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped),
  'ForeignKeys', coalesce((SELECT jsonb_agg(jsonb_build_object(
      'Name', conname, 'Target', p.name,
      'Columns', (SELECT jsonb_agg(n.name ORDER BY o) FROM unnest(conkey) WITH ORDINALITY k(num, o) JOIN named n ON n.attrelid = conrelid AND n.attnum = num),
      'TargetColumns', (SELECT jsonb_agg(n.name ORDER BY o) FROM unnest(confkey) WITH ORDINALITY k(num, o) JOIN named n ON n.attrelid = confrelid AND n.attnum = num))
      ORDER BY conname)
    FROM pg_constraint JOIN relation p ON p.oid = confrelid
    -- a reference to a partitioned table has a row for each partition of it as well
    WHERE conrelid = r.oid AND contype = 'f' AND NOT EXISTS (
      SELECT FROM pg_constraint parent WHERE parent.oid = pg_constraint.conparentid AND parent.conrelid = r.oid)), '[]'),
  'Checks', coalesce((SELECT jsonb_agg(jsonb_build_object(
      'Name', conname, 'Definition', pg_get_constraintdef(oid),
      'Columns', (SELECT jsonb_agg(n.name) FROM unnest(conkey) num JOIN named n ON n.attrelid = conrelid AND n.attnum = num)) ORDER BY conname)
    FROM pg_constraint WHERE conrelid = r.oid AND contype = 'c' AND conkey IS NOT NULL), '[]'),
  'Uniques', coalesce((SELECT jsonb_agg(jsonb_build_object(
      'Name', i.relname, 'Primary', indisprimary,
      'Columns', (SELECT jsonb_agg(DISTINCT n.name) FROM named n WHERE n.attrelid = r.oid
        AND (n.attnum = ANY (indkey) OR EXISTS (SELECT FROM pg_depend d
          WHERE d.objid = indexrelid AND d.classid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.refobjsubid = n.attnum)))) ORDER BY i.relname)
    FROM pg_index JOIN pg_class i ON i.oid = indexrelid WHERE indrelid = r.oid AND indisunique), '[]')) ORDER BY r.name)::text
FROM relation r
