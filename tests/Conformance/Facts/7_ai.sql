-- 4.7 AI & RAG system tables: the specification's statements, word for word.

CREATE TABLE ai_models (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  name VARCHAR(100) NOT NULL,
  provider VARCHAR(50) NOT NULL,
  model_id VARCHAR(100) NOT NULL,
  version VARCHAR(50),
  -- Pricing (per token)
  cost_per_input_token DECIMAL(10, 8),
  cost_per_output_token DECIMAL(10, 8),
  cost_per_cached_token DECIMAL(10, 8),
  -- Capabilities
  max_context_tokens INTEGER,
  supports_vision BOOLEAN DEFAULT false,
  supports_function_calling BOOLEAN DEFAULT false,
  supports_streaming BOOLEAN DEFAULT true,
  model_capabilities JSONB DEFAULT '{}',
  -- Configuration
  config JSONB NOT NULL DEFAULT '{}',
  is_active BOOLEAN DEFAULT true,
  is_default BOOLEAN DEFAULT false,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  UNIQUE(name, version)
);

CREATE TABLE node_specifications (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  node_type VARCHAR(50) NOT NULL,
  node_subtype VARCHAR(100) NOT NULL,
  specification_version VARCHAR(20) DEFAULT '1.0.0',
  -- Specification (JSONB)
  specification_data JSONB NOT NULL,
  -- Status
  is_active BOOLEAN DEFAULT true,
  is_system_spec BOOLEAN DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  UNIQUE(node_type, node_subtype, specification_version),
  CONSTRAINT valid_spec_node_type CHECK (
    node_type IN ('TRIGGER', 'AI_AGENT', 'EXTERNAL_ACTION', 'ACTION',
      'FLOW', 'HUMAN_IN_THE_LOOP', 'TOOL', 'MEMORY')
  )
);

CREATE TABLE mcp_tools (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  tool_name VARCHAR(255) NOT NULL,
  tool_type VARCHAR(100) NOT NULL,
  provider VARCHAR(100) NOT NULL,
  version VARCHAR(50) DEFAULT '1.0.0',
  description TEXT,
  -- Tool Schema (JSONB)
  tool_schema JSONB NOT NULL,
  configuration_schema JSONB DEFAULT '{}',
  -- Status
  is_active BOOLEAN DEFAULT true,
  is_system_tool BOOLEAN DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  UNIQUE(tool_name, provider, version)
);
