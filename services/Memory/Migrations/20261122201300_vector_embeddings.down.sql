DO $$
BEGIN
  -- By name: the type of its first argument may lie in another schema.
  EXECUTE (SELECT 'DROP FUNCTION ' || oid::regprocedure FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname = 'search_similar_vectors');
END
$$;
DROP TABLE public.vector_embeddings;
