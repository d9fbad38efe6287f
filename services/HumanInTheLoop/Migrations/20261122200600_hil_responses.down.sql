DROP TABLE public.hil_responses;
