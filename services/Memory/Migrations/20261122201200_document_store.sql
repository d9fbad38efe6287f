-- Documents, found by their words.
CREATE TABLE public.document_store (
  id varchar(255) NOT NULL,
  collection_name varchar(255) NOT NULL,
  title varchar(500),
  description text,
  content text NOT NULL,
  search_content text NOT NULL,
  metadata jsonb DEFAULT '{}',
  category varchar(100) DEFAULT 'general',
  tags text[] DEFAULT '{}',
  user_id uuid NOT NULL,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  -- Stored, not an index on an expression: ranking needs it for every match, and parsing a long text costs milliseconds each time.
  -- Cut: a tsvector holds 1 MB, and a document that is longer must be kept all the same.
  search_vector tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('pg_catalog.english', coalesce(title, '')), 'A')
    || setweight(to_tsvector('pg_catalog.english', left(coalesce(description, ''), 20000)), 'B')
    || setweight(to_tsvector('pg_catalog.english', left(search_content, 200000)), 'C')) STORED,
  CONSTRAINT document_store_pkey PRIMARY KEY (user_id, id)
);
CREATE INDEX idx_document_store_collection ON public.document_store (user_id, collection_name, updated_at DESC);
CREATE INDEX idx_document_store_tags ON public.document_store USING gin (tags);
CREATE INDEX idx_document_store_search ON public.document_store USING gin (search_vector);
CREATE TRIGGER document_store_touch_updated_at BEFORE UPDATE ON public.document_store
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.document_store ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage own documents" ON public.document_store TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.document_store TO authenticated;

-- The caller's documents that match, best first; null leaves a condition out. SECURITY DEFINER: @@ and @> are not leakproof, so behind a
-- policy they filter the user's rows and cannot use their indexes. What the policy says, the function says itself; its owner's policy is
-- for it alone, as nobody logs in as the owner. Without claims auth.uid() is null and nothing is found.
CREATE FUNCTION public.search_documents(query text, collection_name_param text DEFAULT NULL, tags_param text[] DEFAULT NULL,
    max_results integer DEFAULT 10)
  RETURNS TABLE (id varchar, collection_name varchar, title varchar, content text, metadata jsonb, tags text[], rank real)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  WITH words AS MATERIALIZED (SELECT pg_catalog.websearch_to_tsquery('pg_catalog.english', query) AS wanted)
  SELECT d.id, d.collection_name, d.title, d.content, d.metadata, d.tags, pg_catalog.ts_rank(d.search_vector, w.wanted) AS rank
  FROM public.document_store d, words w
  WHERE d.user_id = (SELECT auth.uid())
    AND d.search_vector @@ w.wanted
    AND (collection_name_param IS NULL OR d.collection_name = collection_name_param)
    AND (tags_param IS NULL OR d.tags @> tags_param)
  ORDER BY rank DESC, d.id LIMIT max_results
$$;
CREATE POLICY "Search reads documents for its caller" ON public.document_store FOR SELECT TO aiteams_owner USING (true);
GRANT EXECUTE ON FUNCTION public.search_documents(text, text, text[], integer) TO authenticated;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.document_store
  ADD CONSTRAINT document_store_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
