DROP TABLE public.trigger_index;
