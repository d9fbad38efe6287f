DROP FUNCTION public.forget_expired_key_values();
DROP TABLE public.memory_key_values;
