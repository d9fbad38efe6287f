DO $$
DECLARE
  -- On a Supabase project the extension lies in another schema, so names are taken from the catalogue.
  vector_type CONSTANT text := (SELECT format('%I.vector', nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector');
BEGIN
  -- Using the type loads the extension's library; before that nobody but a superuser may set what it reads.
  EXECUTE format('SELECT ''[1]''::%s', vector_type);
  EXECUTE format('ALTER FUNCTION %s SET hnsw.ef_search = 200', 'public.search_similar_vectors'::regproc::oid::regprocedure);
END
$$;
