DROP TABLE public.mcp_tools;
DROP TABLE public.ai_models;
