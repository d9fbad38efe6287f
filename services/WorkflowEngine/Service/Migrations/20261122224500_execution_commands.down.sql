DROP TABLE public.execution_commands;
