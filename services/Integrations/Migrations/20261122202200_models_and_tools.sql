-- What an AI agent can be built from: models with their prices, and the tools a model may call. Both are reference rows, kept by the
-- files in Reference/ and by nobody at run time.
-- numeric(14, 12): the cheapest stated price is 0.005 USD per million tokens, 0.000000005 each, which (10, 8) rounds to the double.
CREATE TABLE public.ai_models (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name varchar(100) NOT NULL,
  provider varchar(50) NOT NULL,
  model_id varchar(100) NOT NULL,
  version varchar(50),
  cost_per_input_token numeric(14, 12),
  cost_per_output_token numeric(14, 12),
  cost_per_cached_token numeric(14, 12),
  max_context_tokens integer,
  supports_vision boolean DEFAULT false,
  supports_function_calling boolean DEFAULT false,
  supports_streaming boolean DEFAULT true,
  model_capabilities jsonb DEFAULT '{}',
  config jsonb NOT NULL DEFAULT '{}',
  is_active boolean DEFAULT true,
  is_default boolean DEFAULT false,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT ai_models_name_version_key UNIQUE NULLS NOT DISTINCT (name, version),
  -- A call names the model as its provider does, and is charged by the one row that says so.
  CONSTRAINT ai_models_provider_model_id_key UNIQUE (provider, model_id),
  CONSTRAINT ai_models_costs_not_negative CHECK (
    cost_per_input_token >= 0 AND cost_per_output_token >= 0 AND cost_per_cached_token >= 0),
  CONSTRAINT ai_models_max_context_tokens_positive CHECK (max_context_tokens > 0),
  CONSTRAINT ai_models_default_is_active CHECK (is_active OR NOT is_default)
);
-- One per provider, because a node's subtype names the provider and leaves the model open.
CREATE UNIQUE INDEX ai_models_one_default_per_provider ON public.ai_models (provider) WHERE is_default;

CREATE TABLE public.mcp_tools (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tool_name varchar(255) NOT NULL,
  tool_type varchar(100) NOT NULL,
  provider varchar(100) NOT NULL,
  version varchar(50) NOT NULL DEFAULT '1.0.0',
  description text,
  tool_schema jsonb NOT NULL,
  configuration_schema jsonb DEFAULT '{}',
  is_active boolean DEFAULT true,
  is_system_tool boolean DEFAULT true,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  -- The key finds a tool by its name as well.
  CONSTRAINT idx_mcp_tools_name UNIQUE (tool_name, provider, version),
  CONSTRAINT mcp_tools_tool_name_not_empty CHECK (length(tool_name) > 0),
  CONSTRAINT mcp_tools_tool_schema_is_object CHECK (jsonb_typeof(tool_schema) = 'object')
);
CREATE INDEX idx_mcp_tools_type ON public.mcp_tools (tool_type, tool_name);
CREATE INDEX idx_mcp_tools_active ON public.mcp_tools (provider, tool_name) WHERE is_active;
CREATE TRIGGER mcp_tools_touch_updated_at BEFORE UPDATE ON public.mcp_tools FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.ai_models ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.mcp_tools ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Everybody knows the models" ON public.ai_models FOR SELECT TO authenticated USING (true);
CREATE POLICY "Everybody knows the tools" ON public.mcp_tools FOR SELECT TO authenticated USING (true);
CREATE POLICY "Integrations knows the models" ON public.ai_models FOR SELECT TO integrations_service USING (true);
CREATE POLICY "Integrations knows the tools" ON public.mcp_tools FOR SELECT TO integrations_service USING (true);
CREATE POLICY "Reference rows are kept" ON public.ai_models TO aiteams_owner USING (true) WITH CHECK (true);
CREATE POLICY "Reference rows are kept" ON public.mcp_tools TO aiteams_owner USING (true) WITH CHECK (true);
GRANT SELECT ON public.ai_models, public.mcp_tools TO authenticated, integrations_service;
