DROP TABLE public.ai_generation_history;
