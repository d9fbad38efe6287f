DROP TABLE public.hil_tokens;
