-- The tables of the specification as it states them (sections 4.1 and 4.2), in a schema of their own, to compare ours with.
CREATE SCHEMA specification;
SET search_path = specification, public;
CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';

CREATE TABLE sessions (id UUID PRIMARY KEY);

CREATE TABLE workflows (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE,
  session_id UUID REFERENCES sessions(id),
  name VARCHAR(255) NOT NULL,
  description TEXT,
  version VARCHAR(50) DEFAULT '1.0.0',
  active BOOLEAN DEFAULT true,
  workflow_data JSONB NOT NULL,
  settings JSONB,
  static_data JSONB,
  pin_data JSONB,
  tags TEXT[],
  is_template BOOLEAN DEFAULT false,
  template_category VARCHAR(100),
  deployment_status VARCHAR(50) DEFAULT 'IDLE',
  deployed_at TIMESTAMP WITH TIME ZONE,
  deployed_by UUID REFERENCES auth.users(id),
  undeployed_at TIMESTAMP WITH TIME ZONE,
  deployment_version INTEGER DEFAULT 1,
  deployment_config JSONB DEFAULT '{}',
  latest_execution_status VARCHAR(50) DEFAULT 'IDLE',
  latest_execution_id VARCHAR(255),
  latest_execution_time TIMESTAMP WITH TIME ZONE,
  icon_url VARCHAR(500),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CONSTRAINT workflows_name_not_empty CHECK (length(name) > 0),
  CONSTRAINT workflows_valid_workflow_data CHECK (workflow_data IS NOT NULL)
);

CREATE TABLE nodes (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  node_id VARCHAR(255) NOT NULL,
  workflow_id UUID REFERENCES workflows(id) ON DELETE CASCADE,
  node_type VARCHAR(50) NOT NULL,
  node_subtype VARCHAR(100) NOT NULL,
  type_version INTEGER DEFAULT 1,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  disabled BOOLEAN DEFAULT false,
  position_x FLOAT DEFAULT 0,
  position_y FLOAT DEFAULT 0,
  parameters JSONB DEFAULT '{}',
  credentials JSONB DEFAULT '{}',
  attached_nodes JSONB DEFAULT '[]',
  error_handling VARCHAR(50) DEFAULT 'STOP_WORKFLOW_ON_ERROR',
  max_retries INTEGER DEFAULT 3,
  retry_wait_time INTEGER DEFAULT 5,
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

CREATE TABLE workflow_executions (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  execution_id VARCHAR(255) UNIQUE NOT NULL,
  workflow_id UUID REFERENCES workflows(id) ON DELETE CASCADE,
  status VARCHAR(50) NOT NULL DEFAULT 'NEW',
  mode VARCHAR(50) NOT NULL DEFAULT 'MANUAL',
  triggered_by VARCHAR(255),
  parent_execution_id VARCHAR(255),
  start_time BIGINT,
  end_time BIGINT,
  run_data JSONB,
  metadata JSONB DEFAULT '{}',
  error_message TEXT,
  error_details JSONB,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_execution_status CHECK (
  status IN ('NEW', 'RUNNING', 'SUCCESS', 'ERROR', 'CANCELED',
  'PAUSED', 'WAITING_FOR_HUMAN', 'TIMEOUT')
),
  CONSTRAINT valid_execution_mode CHECK (
  mode IN ('MANUAL', 'TRIGGER', 'WEBHOOK', 'RETRY')
)
);

CREATE TABLE node_executions (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  execution_id VARCHAR(255) REFERENCES workflow_executions(execution_id) ON DELETE CASCADE,
  node_id VARCHAR(255) NOT NULL,
  node_type VARCHAR(100) NOT NULL,
  status VARCHAR(50) NOT NULL DEFAULT 'PENDING',
  start_time BIGINT,
  end_time BIGINT,
  input_data JSONB,
  output_data JSONB,
  error_data JSONB,
  retry_count INTEGER DEFAULT 0,
  max_retries INTEGER DEFAULT 3,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_node_status CHECK (
  status IN ('PENDING', 'RUNNING', 'SUCCESS', 'ERROR',
  'SKIPPED', 'CANCELED', 'WAITING_INPUT', 'RETRYING')
)
);

CREATE TABLE workflow_execution_logs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  execution_id VARCHAR(255) NOT NULL,
  log_category VARCHAR(20) NOT NULL DEFAULT 'TECHNICAL',
  event_type VARCHAR(50) NOT NULL,
  level VARCHAR(10) NOT NULL DEFAULT 'INFO',
  message TEXT NOT NULL,
  data JSONB DEFAULT '{}',
  node_id VARCHAR(255),
  node_name VARCHAR(255),
  node_type VARCHAR(100),
  step_number INTEGER,
  total_steps INTEGER,
  progress_percentage NUMERIC(5,2),
  duration_seconds INTEGER,
  user_friendly_message TEXT,
  display_priority INTEGER DEFAULT 5,
  is_milestone BOOLEAN DEFAULT false,
  technical_details JSONB DEFAULT '{}',
  stack_trace TEXT,
  performance_metrics JSONB DEFAULT '{}',
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_log_category CHECK (log_category IN ('TECHNICAL', 'BUSINESS')),
  CONSTRAINT valid_event_type CHECK (
  event_type IN ('workflow_started', 'workflow_completed', 'workflow_progress',
  'step_started', 'step_input', 'step_output',
  'step_completed', 'step_error', 'separator')
),
  CONSTRAINT valid_log_level CHECK (level IN ('DEBUG', 'INFO', 'WARNING', 'ERROR'))
);
