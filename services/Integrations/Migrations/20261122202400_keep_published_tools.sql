-- A model was shown what is active: it may be withdrawn, not rewritten. What never was active may still change.
CREATE FUNCTION public.keep_published_tool() RETURNS trigger
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION 'version % of % (%) is published and does not change', OLD.version, OLD.tool_name, OLD.provider
    USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Give the changed tool a new version.';
END
$$;
CREATE TRIGGER mcp_tools_keep_published
  BEFORE UPDATE ON public.mcp_tools FOR EACH ROW
  WHEN (OLD.is_active AND (OLD.tool_name, OLD.provider, OLD.version, OLD.tool_schema)
    IS DISTINCT FROM (NEW.tool_name, NEW.provider, NEW.version, NEW.tool_schema))
  EXECUTE FUNCTION public.keep_published_tool();
