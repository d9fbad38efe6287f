DROP TABLE public.validation_logs;
