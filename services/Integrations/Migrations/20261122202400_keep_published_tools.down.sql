DROP TRIGGER mcp_tools_keep_published ON public.mcp_tools;
DROP FUNCTION public.keep_published_tool();
