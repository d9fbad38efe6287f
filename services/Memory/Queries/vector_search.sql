-- The examples nearest to a question, for retrieval: the caller's own, at least 0.7 alike, ten at most.
-- $1: the question's embedding, as text or vector; $2: the collection, 'node_examples' for instance.
SELECT * FROM search_similar_vectors(
  query_embedding := $1::vector(1536),
  collection_name_param := $2,
  similarity_threshold := 0.7,
  max_results := 10)
