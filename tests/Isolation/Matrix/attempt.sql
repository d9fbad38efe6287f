-- What the matrix needs in its database. Nobody but the superuser enters this schema.
CREATE SCHEMA isolation;

-- Every row there is, and whose it is. A partition's row stands here for the partition and for its parent.
CREATE TABLE isolation.rows (relation oid, partition oid, tuple tid, key text, owner text);

CREATE FUNCTION isolation.summary(relation oid, found tid[], partitions oid[]) RETURNS text LANGUAGE sql AS $$
  SELECT coalesce(string_agg(CASE WHEN reached = total THEN owner ELSE 'part of ' || owner END, ', ' ORDER BY owner COLLATE "C"), '')
  FROM (
    SELECT owner, count(*) AS total, count(*) FILTER (WHERE (tuple, partition) IN (SELECT * FROM unnest(found, partitions))) AS reached
    FROM isolation.rows r WHERE r.relation = $1 GROUP BY owner) s
  WHERE reached > 0
$$;

-- Runs the statement as the actor, says what came of it, and undoes it: the SQLSTATE of its refusal, or whose rows it has read, changed
-- or removed. What was changed is seen from outside, so a statement needs no right but its own.
CREATE FUNCTION isolation.attempt(actor text, claims text, verb text, statement text, relation oid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  keys text[];
  tuples tid[];
  partitions oid[];
  affected bigint;
  outcome text;
BEGIN
  IF verb = 'delete' THEN
    -- Children may hold a row that the policies would let go. That is no isolation: it is left out.
    PERFORM set_config('session_replication_role', 'replica', true);
  END IF;
  IF claims IS NOT NULL THEN
    PERFORM set_config('request.jwt.claims', claims, true);
  END IF;
  PERFORM set_config('role', actor, true);
  IF verb = 'read' THEN
    EXECUTE statement INTO keys;
  ELSE
    EXECUTE statement;
    GET DIAGNOSTICS affected = ROW_COUNT;
  END IF;
  PERFORM set_config('role', 'none', true);

  CASE verb
    WHEN 'read' THEN
      SELECT array_agg(tuple), array_agg(partition) INTO tuples, partitions FROM isolation.rows r WHERE r.relation = $5 AND key = ANY (keys);
      outcome := isolation.summary(relation, tuples, partitions);
    WHEN 'change', 'delete' THEN
      EXECUTE format('SELECT array_agg(tuple), array_agg(partition) FROM isolation.rows r
        WHERE r.relation = $1 AND NOT EXISTS (SELECT FROM %s t WHERE t.ctid = r.tuple AND t.tableoid = r.partition)', relation::regclass)
        INTO tuples, partitions USING relation;
      outcome := isolation.summary(relation, tuples, partitions);
    ELSE
      outcome := CASE WHEN verb = 'insert' AND affected <> 1 THEN 'ignored' ELSE 'done' END;
  END CASE;
  RAISE EXCEPTION USING ERRCODE = 'ISOLA', MESSAGE = outcome;
EXCEPTION
  WHEN SQLSTATE 'ISOLA' THEN
    RETURN SQLERRM;
  WHEN OTHERS THEN
    -- One SQLSTATE for two reasons: no right at all, or a right that a policy held.
    RETURN CASE WHEN verb = 'hang' THEN SQLSTATE || ' ' || SQLERRM
      WHEN SQLSTATE = '42501' AND SQLERRM LIKE 'new row violates row-level security%' THEN 'policy' ELSE SQLSTATE END;
END
$$;
