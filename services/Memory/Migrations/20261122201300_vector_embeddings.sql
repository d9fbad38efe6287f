-- Embeddings and the search for similar ones.
DO $$
DECLARE
  home text;
BEGIN
  SELECT quote_ident(nspname) INTO home FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector';
  IF home IS NULL THEN
    RAISE EXCEPTION 'the extension vector (pgvector 0.8 or newer) is missing in this database'
      USING HINT = 'Install pgvector on the server, then as a superuser in this database: CREATE EXTENSION vector;';
  END IF;
  IF (SELECT string_to_array(extversion, '.')::int[] < ARRAY[0, 8] FROM pg_extension WHERE extname = 'vector') THEN
    RAISE EXCEPTION 'the extension vector is older than 0.8' USING HINT = 'Install pgvector 0.8 or newer, then: ALTER EXTENSION vector UPDATE;';
  END IF;
  -- It lies in schema public, or in extensions on a Supabase project. Types and operators below are found there by this migration only.
  PERFORM set_config('search_path', 'public, ' || home, true);
END
$$;

CREATE TABLE public.vector_embeddings (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  collection_name varchar(255) NOT NULL,
  text_content text NOT NULL,
  embedding vector(1536) NOT NULL,
  metadata jsonb DEFAULT '{}',
  user_id uuid NOT NULL,
  -- Vectors of two models cannot be compared: a collection holds one model's.
  model varchar(100) NOT NULL DEFAULT 'text-embedding-ada-002',
  -- The same text is embedded once per collection and model.
  content_hash uuid NOT NULL GENERATED ALWAYS AS (md5(text_content)::uuid) STORED,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT vector_embeddings_content_hash_key UNIQUE (user_id, collection_name, model, content_hash)
-- What a page has left beside an embedding holds a text of some 1,900 bytes; only longer ones are moved out of the row.
) WITH (toast_tuple_target = 8160);
-- An embedding has 6 KB. PLAIN keeps it in the row, where a search reads it with one page instead of five.
ALTER TABLE public.vector_embeddings ALTER embedding SET STORAGE PLAIN;
-- A bounded count of a user's collection reads this index alone.
CREATE INDEX idx_vector_embeddings_collection ON public.vector_embeddings (user_id, collection_name);

-- HNSW: as good on a table that was empty when it was made; the lists of ivfflat would be drawn from nothing. At half precision it has
-- half the size, and the search computes the final order from the embedding itself.
CREATE INDEX idx_vector_embeddings_cosine ON public.vector_embeddings USING hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops);
-- Among vectors of length one, as the models make them, Euclidean order is cosine order and the index above answers both. So this one
-- holds only the others, and costs nothing where there are none.
CREATE INDEX idx_vector_embeddings_euclidean ON public.vector_embeddings USING hnsw ((embedding::halfvec(1536)) halfvec_l2_ops)
  WHERE abs(vector_norm(embedding) - 1) > 0.001;

CREATE TRIGGER vector_embeddings_touch_updated_at BEFORE UPDATE ON public.vector_embeddings
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.vector_embeddings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage own embeddings" ON public.vector_embeddings TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.vector_embeddings TO authenticated;

-- The max_results nearest of the caller's collection that reach the threshold, nearest first. Runs with the caller's rights: the policies
-- apply, and the filter on the user beside them; without claims there is no user and nothing is found.
-- A small collection is read whole, which is exact. A large one is searched in the index of everybody's vectors, going on until enough of
-- the caller's have been met: quick while the collection is a fair share of the table. In between whichever is cheaper.
-- The threshold comes after the limit: the nearest come first, so nobody above it is lost, and a search that finds none ends.
DO $do$
DECLARE
  home CONSTANT text := (SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector');
BEGIN
  EXECUTE replace($function$
CREATE FUNCTION public.search_similar_vectors(query_embedding vector(1536), collection_name_param text,
    similarity_threshold double precision DEFAULT 0.7, max_results integer DEFAULT 10)
  RETURNS TABLE (id uuid, text_content text, metadata jsonb, similarity double precision)
  -- enable_sort: the planner would rather sort a large collection than use the index.
  LANGUAGE plpgsql STABLE SET search_path = '' SET jit = off SET enable_sort = off
  SET hnsw.iterative_scan = 'relaxed_order' SET hnsw.ef_search = 200 AS $$
DECLARE
  owner CONSTANT uuid := auth.uid();
  -- Reading a vector takes 2.3 us; finding ten by the index 4 ms, and 0.6 ms more for each time that the collection goes into the table.
  exact_up_to CONSTANT integer := 1000 + 16 * sqrt((SELECT greatest(reltuples, 0) FROM pg_catalog.pg_class
    WHERE oid = 'public.vector_embeddings'::pg_catalog.regclass));
  candidates uuid[];
BEGIN
  IF <home>.vector_dims(query_embedding) <> 1536 THEN
    RAISE EXCEPTION 'an embedding has 1536 dimensions, not %', <home>.vector_dims(query_embedding) USING ERRCODE = 'data_exception';
  END IF;
  IF max_results IS NULL OR max_results NOT BETWEEN 1 AND 1000 THEN
    RAISE EXCEPTION 'max_results must be between 1 and 1000, not %', max_results USING ERRCODE = 'invalid_parameter_value';
  END IF;

  PERFORM FROM public.vector_embeddings v WHERE v.user_id = owner AND v.collection_name = collection_name_param OFFSET exact_up_to LIMIT 1;
  IF FOUND THEN
    candidates := ARRAY(
      SELECT v.id FROM public.vector_embeddings v WHERE v.user_id = owner AND v.collection_name = collection_name_param
      ORDER BY v.embedding::<home>.halfvec(1536) OPERATOR(<home>.<=>) query_embedding::<home>.halfvec(1536)
      LIMIT greatest(2 * max_results, 40));
  END IF;

  IF cardinality(candidates) >= max_results THEN
    RETURN QUERY
      SELECT v.id, v.text_content, v.metadata, 1 - (v.embedding OPERATOR(<home>.<=>) query_embedding) AS found
      FROM public.vector_embeddings v
      WHERE v.id = ANY (candidates) AND v.user_id = owner
        AND 1 - (v.embedding OPERATOR(<home>.<=>) query_embedding) BETWEEN similarity_threshold AND 2
      ORDER BY found DESC LIMIT max_results;
  ELSE
    RETURN QUERY
      SELECT n.id, n.text_content, n.metadata, 1 - n.distance FROM (
        SELECT v.id, v.text_content, v.metadata, v.embedding OPERATOR(<home>.<=>) query_embedding AS distance
        FROM public.vector_embeddings v
        WHERE v.user_id = owner AND v.collection_name = collection_name_param
        ORDER BY distance LIMIT max_results) n
      WHERE 1 - n.distance BETWEEN similarity_threshold AND 2    -- a vector of length zero is NaN away, and NaN is above every number
      ORDER BY n.distance;
  END IF;
END
$$
$function$, '<home>', quote_ident(home));
END
$do$;
GRANT EXECUTE ON FUNCTION public.search_similar_vectors(vector, text, double precision, integer) TO authenticated;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.vector_embeddings
  ADD CONSTRAINT vector_embeddings_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
