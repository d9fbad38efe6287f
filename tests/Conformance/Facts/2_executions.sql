-- 4.2 Execution tracking tables: the specification's statements, word for word.

CREATE TABLE workflow_executions (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  execution_id VARCHAR(255) UNIQUE NOT NULL,
  workflow_id UUID REFERENCES workflows(id) ON DELETE CASCADE,
  -- Execution State
  status VARCHAR(50) NOT NULL DEFAULT 'NEW',
  mode VARCHAR(50) NOT NULL DEFAULT 'MANUAL',
  -- Trigger Information
  triggered_by VARCHAR(255),
  parent_execution_id VARCHAR(255),
  -- Timing (epoch milliseconds)
  start_time BIGINT,
  end_time BIGINT,
  -- Execution Data (JSONB)
  run_data JSONB,
  metadata JSONB DEFAULT '{}',
  -- Error Information
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
  -- Execution Status
  status VARCHAR(50) NOT NULL DEFAULT 'PENDING',
  start_time BIGINT,
  end_time BIGINT,
  -- I/O Data (JSONB)
  input_data JSONB,
  output_data JSONB,
  error_data JSONB,
  -- Retry Information
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
  -- Log Classification
  log_category VARCHAR(20) NOT NULL DEFAULT 'TECHNICAL',
  event_type VARCHAR(50) NOT NULL,
  level VARCHAR(10) NOT NULL DEFAULT 'INFO',
  -- Content
  message TEXT NOT NULL,
  data JSONB DEFAULT '{}',
  -- Node Context
  node_id VARCHAR(255),
  node_name VARCHAR(255),
  node_type VARCHAR(100),
  -- Progress Tracking
  step_number INTEGER,
  total_steps INTEGER,
  progress_percentage NUMERIC(5,2),
  duration_seconds INTEGER,
  -- User-Friendly Display
  user_friendly_message TEXT,
  display_priority INTEGER DEFAULT 5,
  is_milestone BOOLEAN DEFAULT false,
  -- Technical Details
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
