DROP FUNCTION public.begin_flush(uuid, bigint);
DROP TABLE public.engine_flushes;
