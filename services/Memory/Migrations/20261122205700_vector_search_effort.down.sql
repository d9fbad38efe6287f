DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION %s SET hnsw.ef_search = 200', 'public.search_similar_vectors'::regproc::oid::regprocedure);
END
$$;
