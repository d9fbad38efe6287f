-- 4.4 Human-in-the-loop system: the specification's statements, word for word.

CREATE TABLE human_interactions (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Workflow Context
  workflow_id UUID NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  execution_id UUID,
  node_id VARCHAR(255) NOT NULL,
  -- Interaction Details
  interaction_type VARCHAR(50) NOT NULL,
  channel_type VARCHAR(50) NOT NULL,
  status VARCHAR(20) DEFAULT 'pending',
  priority VARCHAR(20) DEFAULT 'normal',
  -- Request & Response (JSONB)
  request_data JSONB NOT NULL,
  response_data JSONB,
  -- Timing
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  responded_at TIMESTAMP WITH TIME ZONE,
  timeout_at TIMESTAMP WITH TIME ZONE NOT NULL,
  -- Metadata
  correlation_id VARCHAR(255),
  tags TEXT[],
  CONSTRAINT valid_interaction_type CHECK (
    interaction_type IN ('approval', 'input', 'selection', 'review')
  ),
  CONSTRAINT valid_channel_type CHECK (
    channel_type IN ('slack', 'email', 'webhook', 'in_app')
  ),
  CONSTRAINT valid_status CHECK (
    status IN ('pending', 'responded', 'timeout', 'error', 'cancelled')
  ),
  CONSTRAINT valid_priority CHECK (
    priority IN ('low', 'normal', 'high', 'critical')
  )
);

CREATE TABLE hil_responses (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Incoming Response
  workflow_id UUID NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  source_channel VARCHAR(50) NOT NULL,
  raw_payload JSONB NOT NULL,
  headers JSONB,
  -- Processing Status
  status VARCHAR(20) DEFAULT 'unprocessed',
  processed_at TIMESTAMP WITH TIME ZONE,
  -- AI Classification Results
  matched_interaction_id UUID REFERENCES human_interactions(id),
  ai_relevance_score DECIMAL(3,2),
  ai_reasoning TEXT,
  -- Timing
  received_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  CONSTRAINT valid_source_channel CHECK (
    source_channel IN ('slack', 'email', 'webhook')
  ),
  CONSTRAINT valid_processing_status CHECK (
    status IN ('unprocessed', 'matched', 'filtered_out', 'error')
  )
);

CREATE TABLE workflow_execution_pauses (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  execution_id UUID NOT NULL REFERENCES workflow_executions(id) ON DELETE CASCADE,
  -- Pause Details
  paused_at TIMESTAMP WITH TIME ZONE NOT NULL,
  paused_node_id VARCHAR(255) NOT NULL,
  pause_reason VARCHAR(100) NOT NULL,
  -- Resume Conditions (JSONB)
  resume_conditions JSONB NOT NULL,
  resumed_at TIMESTAMP WITH TIME ZONE,
  resume_trigger VARCHAR(100),
  -- Status
  status VARCHAR(20) DEFAULT 'active',
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  CONSTRAINT valid_pause_reason CHECK (
    pause_reason IN ('human_interaction', 'timeout', 'error')
  ),
  CONSTRAINT valid_pause_status CHECK (
    status IN ('active', 'resumed', 'timeout')
  )
);
