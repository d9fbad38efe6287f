-- 4.1 Core workflow tables: the specification's statements, word for word.

CREATE TABLE workflows (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE,
  session_id UUID REFERENCES sessions(id),
  -- Basic Information
  name VARCHAR(255) NOT NULL,
  description TEXT,
  version VARCHAR(50) DEFAULT '1.0.0',
  active BOOLEAN DEFAULT true,
  -- Workflow Definition (JSONB)
  workflow_data JSONB NOT NULL,
  settings JSONB,
  static_data JSONB,
  pin_data JSONB,
  -- Classification
  tags TEXT[],
  is_template BOOLEAN DEFAULT false,
  template_category VARCHAR(100),
  -- Deployment Status
  deployment_status VARCHAR(50) DEFAULT 'IDLE',
  deployed_at TIMESTAMP WITH TIME ZONE,
  deployed_by UUID REFERENCES auth.users(id),
  undeployed_at TIMESTAMP WITH TIME ZONE,
  deployment_version INTEGER DEFAULT 1,
  deployment_config JSONB DEFAULT '{}',
  -- Latest Execution Tracking
  latest_execution_status VARCHAR(50) DEFAULT 'IDLE',
  latest_execution_id VARCHAR(255),
  latest_execution_time TIMESTAMP WITH TIME ZONE,
  -- Visual
  icon_url VARCHAR(500),
  -- Timestamps (bigint for epoch milliseconds)
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CONSTRAINT workflows_name_not_empty CHECK (length(name) > 0),
  CONSTRAINT workflows_valid_workflow_data CHECK (workflow_data IS NOT NULL)
);

CREATE TABLE nodes (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  node_id VARCHAR(255) NOT NULL,
  workflow_id UUID REFERENCES workflows(id) ON DELETE CASCADE,
  -- Node Classification
  node_type VARCHAR(50) NOT NULL,
  node_subtype VARCHAR(100) NOT NULL,
  type_version INTEGER DEFAULT 1,
  -- Node Identity
  name VARCHAR(255) NOT NULL,
  description TEXT,
  disabled BOOLEAN DEFAULT false,
  -- Canvas Position
  position_x FLOAT DEFAULT 0,
  position_y FLOAT DEFAULT 0,
  -- Configuration (JSONB)
  parameters JSONB DEFAULT '{}',
  credentials JSONB DEFAULT '{}',
  -- Attached Nodes (AI_AGENT only)
  attached_nodes JSONB DEFAULT '[]',
  -- Error Handling
  error_handling VARCHAR(50) DEFAULT 'STOP_WORKFLOW_ON_ERROR',
  max_retries INTEGER DEFAULT 3,
  retry_wait_time INTEGER DEFAULT 5,
  -- Metadata
  notes TEXT,
  webhooks TEXT[],
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_node_type CHECK (
    node_type IN ('TRIGGER', 'AI_AGENT', 'EXTERNAL_ACTION', 'ACTION',
      'FLOW', 'HUMAN_IN_THE_LOOP', 'TOOL', 'MEMORY')
  ),
  CONSTRAINT valid_error_handling CHECK (
    error_handling IN ('STOP_WORKFLOW_ON_ERROR',
      'CONTINUE_REGULAR_OUTPUT_ON_ERROR',
      'CONTINUE_ERROR_OUTPUT_ON_ERROR')
  ),
  UNIQUE(workflow_id, node_id)
);

CREATE TABLE node_connections (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  workflow_id UUID REFERENCES workflows(id) ON DELETE CASCADE,
  source_node_id VARCHAR(255) NOT NULL,
  target_node_id VARCHAR(255) NOT NULL,
  -- Connection Configuration
  connection_type VARCHAR(50) DEFAULT 'MAIN',
  connection_index INTEGER DEFAULT 0,
  label VARCHAR(255),
  conditions JSONB DEFAULT '{}',
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_connection_type CHECK (
    connection_type IN ('MAIN', 'ERROR', 'SUCCESS', 'CONDITIONAL',
      'AI_AGENT', 'AI_CHAIN', 'AI_DOCUMENT', 'AI_EMBEDDING',
      'AI_LANGUAGE_MODEL', 'AI_MEMORY', 'AI_OUTPUT_PARSER',
      'AI_RETRIEVER', 'AI_RERANKER', 'AI_TEXT_SPLITTER',
      'AI_TOOL', 'AI_VECTOR_STORE',
      'MEMORY_ATTACHMENT', 'CONTEXT_PROVIDER')
  ),
  CONSTRAINT source_target_different CHECK (source_node_id != target_node_id),
  FOREIGN KEY (workflow_id, source_node_id)
  REFERENCES nodes(workflow_id, node_id) ON DELETE CASCADE,
  FOREIGN KEY (workflow_id, target_node_id)
  REFERENCES nodes(workflow_id, node_id) ON DELETE CASCADE
);
