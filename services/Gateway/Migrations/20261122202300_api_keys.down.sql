DROP TABLE public.api_keys;
