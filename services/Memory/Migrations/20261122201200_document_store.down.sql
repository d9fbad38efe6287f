DROP FUNCTION public.search_documents(text, text, text[], integer);
DROP TABLE public.document_store;
