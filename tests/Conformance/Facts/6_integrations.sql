-- 4.6 Integration & OAuth system: the specification's statements, word for word.

CREATE TABLE oauth_tokens (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE,
  integration_id VARCHAR(255) REFERENCES integrations(integration_id) ON DELETE CASCADE,
  provider VARCHAR(100) NOT NULL,
  -- Token Data
  access_token TEXT NOT NULL,
  refresh_token TEXT,
  token_type VARCHAR(50) DEFAULT 'Bearer',
  expires_at TIMESTAMP WITH TIME ZONE,
  -- Metadata
  credential_data JSONB DEFAULT '{}',
  is_active BOOLEAN DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  UNIQUE(user_id, integration_id)
);

CREATE TABLE user_external_credentials (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE,
  provider VARCHAR(50) NOT NULL,
  credential_type VARCHAR(20) DEFAULT 'oauth2',
  -- Encrypted Credentials
  encrypted_access_token TEXT,
  encrypted_refresh_token TEXT,
  encrypted_additional_data JSONB DEFAULT '{}',
  -- Token Metadata
  token_expires_at TIMESTAMP WITH TIME ZONE,
  scope TEXT[] DEFAULT '{}',
  token_type VARCHAR(20) DEFAULT 'Bearer',
  -- Validation
  is_valid BOOLEAN DEFAULT true,
  last_validated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  validation_error TEXT,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_provider CHECK (
    provider IN ('google_calendar', 'github', 'slack', 'custom_http')
  ),
  CONSTRAINT valid_credential_type CHECK (
    credential_type IN ('oauth2', 'api_key', 'basic_auth', 'bearer_token')
  ),
  UNIQUE(user_id, provider)
);

CREATE TABLE external_api_call_logs (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID REFERENCES auth.users(id) ON DELETE CASCADE,
  workflow_execution_id UUID REFERENCES workflow_executions(id) ON DELETE SET NULL,
  node_id UUID REFERENCES nodes(id) ON DELETE SET NULL,
  -- API Call Information
  provider VARCHAR(50) NOT NULL,
  operation VARCHAR(100) NOT NULL,
  api_endpoint TEXT,
  http_method VARCHAR(10) DEFAULT 'POST',
  -- Request & Response (sanitized)
  request_data JSONB,
  response_data JSONB,
  request_headers JSONB DEFAULT '{}',
  response_headers JSONB DEFAULT '{}',
  -- Execution Results
  success BOOLEAN NOT NULL,
  status_code INTEGER,
  error_type VARCHAR(50),
  error_message TEXT,
  -- Performance Metrics
  response_time_ms INTEGER,
  retry_count INTEGER DEFAULT 0,
  -- Rate Limiting
  rate_limit_remaining INTEGER,
  rate_limit_reset_at TIMESTAMP WITH TIME ZONE,
  called_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP
);
