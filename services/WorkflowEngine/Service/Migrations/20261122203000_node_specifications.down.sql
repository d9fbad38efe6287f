DROP TABLE public.node_specifications;
DROP FUNCTION public.keep_published_specification();
