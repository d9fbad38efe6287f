-- 4.3 Trigger & scheduler system: the specification's statements, word for word.

CREATE TABLE trigger_index (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  workflow_id UUID NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  -- Trigger Classification
  trigger_type VARCHAR(50) NOT NULL,
  trigger_subtype VARCHAR(100) NOT NULL,
  trigger_config JSON NOT NULL DEFAULT '{}',
  -- Fast Matching
  index_key VARCHAR(255) NOT NULL,
  -- CRON: cron_expression
  -- WEBHOOK: webhook_path
  -- SLACK: workspace_id
  -- EMAIL: email_address
  -- GITHUB: repository_name
  -- Deployment Status
  deployment_status VARCHAR(50) DEFAULT 'active',
  is_active BOOLEAN DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_trigger_type CHECK (trigger_type IN ('TRIGGER')),
  CONSTRAINT valid_trigger_subtype CHECK (
    trigger_subtype IN ('CRON', 'MANUAL', 'WEBHOOK', 'EMAIL', 'GITHUB', 'SLACK')
  ),
  CONSTRAINT valid_deployment_status CHECK (
    deployment_status IN ('active', 'inactive', 'pending', 'failed')
  ),
  UNIQUE(workflow_id, index_key)
);

CREATE TABLE workflow_deployment_history (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  workflow_id UUID NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  -- Deployment Action
  deployment_action VARCHAR(50) NOT NULL,
  from_status VARCHAR(50) NOT NULL,
  to_status VARCHAR(50) NOT NULL,
  -- Version Tracking
  deployment_version INTEGER NOT NULL,
  deployment_config JSON NOT NULL DEFAULT '{}',
  -- Audit Information
  triggered_by UUID REFERENCES auth.users(id),
  started_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
  completed_at TIMESTAMP WITH TIME ZONE,
  -- Error Tracking
  error_message TEXT,
  deployment_logs JSON DEFAULT '{}',
  CONSTRAINT valid_deployment_action CHECK (
    deployment_action IN ('DEPLOY', 'UNDEPLOY', 'UPDATE', 'ROLLBACK',
      'DEPLOY_STARTED', 'DEPLOY_COMPLETED', 'DEPLOY_FAILED',
      'UNDEPLOY_STARTED', 'UNDEPLOY_COMPLETED')
  )
);
