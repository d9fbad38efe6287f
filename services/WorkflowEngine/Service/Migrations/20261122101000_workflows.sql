-- Definitions: a workflow, its immutable versions, and the projection of its current document into nodes and connections.
-- Every row carries its owner. The foreign keys include user_id: without it a user could hang own nodes into another's workflow,
-- because a foreign key check does not ask row-level security.
CREATE TABLE public.workflows (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  session_id uuid,
  name varchar(255) NOT NULL,
  description text,
  version varchar(50) DEFAULT '1.0.0',
  active boolean DEFAULT true,
  workflow_data jsonb NOT NULL,
  settings jsonb,
  static_data jsonb,
  pin_data jsonb,
  tags text[],
  is_template boolean DEFAULT false,
  template_category varchar(100),
  deployment_status varchar(50) DEFAULT 'IDLE',
  deployed_at timestamptz,
  deployed_by uuid,
  undeployed_at timestamptz,
  deployment_version integer DEFAULT 1,
  deployment_config jsonb DEFAULT '{}',
  latest_execution_status varchar(50) DEFAULT 'IDLE',
  latest_execution_id varchar(255),
  latest_execution_time timestamptz,
  icon_url varchar(500),
  created_at bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint,
  updated_at bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint,
  latest_version integer NOT NULL DEFAULT 1,
  row_version bigint NOT NULL DEFAULT 1,
  CONSTRAINT workflows_name_not_empty CHECK (length(name) > 0),
  CONSTRAINT workflows_valid_workflow_data CHECK (workflow_data IS NOT NULL),
  CONSTRAINT workflows_id_user_id_key UNIQUE (id, user_id),
  CONSTRAINT workflows_session_id_fkey FOREIGN KEY (session_id, user_id)
    REFERENCES public.sessions (id, user_id) ON DELETE SET NULL (session_id)
) WITH (fillfactor = 80);   -- room for the latest_execution_* updates, which touch no index

CREATE INDEX idx_workflows_user_id ON public.workflows (user_id, updated_at DESC, id DESC);
CREATE INDEX idx_workflows_active ON public.workflows (user_id, updated_at DESC, id DESC) WHERE active;
CREATE INDEX idx_workflows_deployment_status ON public.workflows (deployment_status, user_id, updated_at DESC);
CREATE INDEX idx_workflows_tags ON public.workflows USING gin (tags);
CREATE INDEX idx_workflows_session_id ON public.workflows (session_id, user_id) WHERE session_id IS NOT NULL;
CREATE INDEX idx_workflows_deployed_by ON public.workflows (deployed_by) WHERE deployed_by IS NOT NULL;

-- What a person edits moves updated_at and row_version (the ETag). Runs and deployments do not: they would reorder the list and make
-- every open editor stale.
CREATE FUNCTION public.touch_workflow() RETURNS trigger
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.updated_at := (extract(epoch FROM now()) * 1000)::bigint;
  NEW.row_version := OLD.row_version + 1;
  RETURN NEW;
END
$$;
CREATE TRIGGER workflows_touch
  BEFORE UPDATE OF name, description, version, active, workflow_data, settings, pin_data, tags, is_template, template_category, icon_url,
    latest_version
  ON public.workflows FOR EACH ROW EXECUTE FUNCTION public.touch_workflow();

CREATE TABLE public.workflow_versions (
  workflow_id uuid NOT NULL,
  version integer NOT NULL,
  user_id uuid NOT NULL,
  workflow_data jsonb NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT workflow_versions_pkey PRIMARY KEY (workflow_id, version),
  CONSTRAINT workflow_versions_version_positive CHECK (version > 0),
  CONSTRAINT workflow_versions_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_workflow_versions_user_id ON public.workflow_versions (user_id);
CREATE INDEX idx_workflow_versions_created_by ON public.workflow_versions (created_by) WHERE created_by IS NOT NULL;

CREATE TABLE public.nodes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  node_id varchar(255) NOT NULL,
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  node_type varchar(50) NOT NULL,
  node_subtype varchar(100) NOT NULL,
  type_version integer DEFAULT 1,
  name varchar(255) NOT NULL,
  description text,
  disabled boolean DEFAULT false,
  position_x double precision DEFAULT 0,
  position_y double precision DEFAULT 0,
  parameters jsonb DEFAULT '{}',
  credentials jsonb DEFAULT '{}',
  attached_nodes jsonb DEFAULT '[]',
  error_handling varchar(50) DEFAULT 'STOP_WORKFLOW_ON_ERROR',
  max_retries integer DEFAULT 3,
  retry_wait_time integer DEFAULT 5,
  notes text,
  webhooks text[],
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_node_type CHECK (
    node_type IN ('TRIGGER', 'AI_AGENT', 'EXTERNAL_ACTION', 'ACTION', 'FLOW', 'HUMAN_IN_THE_LOOP', 'TOOL', 'MEMORY')),
  CONSTRAINT valid_error_handling CHECK (
    error_handling IN ('STOP_WORKFLOW_ON_ERROR', 'CONTINUE_REGULAR_OUTPUT_ON_ERROR', 'CONTINUE_ERROR_OUTPUT_ON_ERROR')),
  -- The key is the index "all nodes of a workflow" as well; a second one on workflow_id alone would only cost.
  CONSTRAINT idx_nodes_workflow_id UNIQUE (workflow_id, node_id),
  CONSTRAINT nodes_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_nodes_type ON public.nodes (user_id, node_type);
CREATE INDEX idx_nodes_type_subtype_active ON public.nodes (node_type, node_subtype, workflow_id) WHERE NOT disabled;
CREATE TRIGGER nodes_touch_updated_at BEFORE UPDATE ON public.nodes FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

CREATE TABLE public.node_connections (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  source_node_id varchar(255) NOT NULL,
  target_node_id varchar(255) NOT NULL,
  connection_type varchar(50) DEFAULT 'MAIN',
  connection_index integer DEFAULT 0,
  label varchar(255),
  conditions jsonb DEFAULT '{}',
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_connection_type CHECK (
    connection_type IN ('MAIN', 'ERROR', 'SUCCESS', 'CONDITIONAL', 'AI_AGENT', 'AI_CHAIN', 'AI_DOCUMENT', 'AI_EMBEDDING',
      'AI_LANGUAGE_MODEL', 'AI_MEMORY', 'AI_OUTPUT_PARSER', 'AI_RETRIEVER', 'AI_RERANKER', 'AI_TEXT_SPLITTER', 'AI_TOOL',
      'AI_VECTOR_STORE', 'MEMORY_ATTACHMENT', 'CONTEXT_PROVIDER')),
  CONSTRAINT source_target_different CHECK (source_node_id != target_node_id),
  CONSTRAINT node_connections_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE,
  CONSTRAINT node_connections_source_fkey FOREIGN KEY (workflow_id, source_node_id)
    REFERENCES public.nodes (workflow_id, node_id) ON DELETE CASCADE,
  CONSTRAINT node_connections_target_fkey FOREIGN KEY (workflow_id, target_node_id)
    REFERENCES public.nodes (workflow_id, node_id) ON DELETE CASCADE
);
CREATE INDEX idx_node_connections_source ON public.node_connections (workflow_id, source_node_id);
CREATE INDEX idx_node_connections_target ON public.node_connections (workflow_id, target_node_id);
CREATE INDEX idx_node_connections_user_id ON public.node_connections (user_id);

-- Repeated creates under one Idempotency-Key give the first answer again.
CREATE TABLE public.idempotency_keys (
  user_id uuid NOT NULL,
  operation varchar(100) NOT NULL,
  key varchar(255) NOT NULL,
  request_hash bytea NOT NULL,
  resource_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idx_idempotency_keys_created_at ON public.idempotency_keys (created_at);

ALTER TABLE public.workflows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.workflow_versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.nodes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.node_connections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- (SELECT auth.uid()) is evaluated once per statement; a bare auth.uid() once per row.
CREATE POLICY "Users can manage own workflows" ON public.workflows TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own workflow versions" ON public.workflow_versions TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own nodes" ON public.nodes TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own node connections" ON public.node_connections TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own idempotency keys" ON public.idempotency_keys TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));

CREATE POLICY "Engine runs every workflow" ON public.workflows TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine reads every version" ON public.workflow_versions TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine reads every node" ON public.nodes TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine reads every connection" ON public.node_connections TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Engine forgets old keys" ON public.idempotency_keys TO workflow_engine_service USING (true) WITH CHECK (true);
CREATE POLICY "Scheduler reads every workflow" ON public.workflows FOR SELECT TO scheduler_service USING (true);
CREATE POLICY "Gateway reads the caller's workflows" ON public.workflows FOR SELECT TO gateway_service
  USING (user_id = (SELECT auth.uid()));

GRANT SELECT, INSERT, UPDATE, DELETE ON public.workflows, public.nodes, public.node_connections TO authenticated, workflow_engine_service;
-- A version is never changed: executions are pinned to it. It goes with its workflow.
GRANT SELECT, INSERT ON public.workflow_versions TO authenticated, workflow_engine_service;
GRANT SELECT, INSERT, UPDATE ON public.idempotency_keys TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.idempotency_keys TO workflow_engine_service;
GRANT SELECT ON public.workflows TO gateway_service, scheduler_service;

-- lz4 reads and writes a document several times faster than pglz; a server may be built without it.
DO $$
BEGIN
  ALTER TABLE public.workflows ALTER workflow_data SET COMPRESSION lz4, ALTER static_data SET COMPRESSION lz4,
    ALTER pin_data SET COMPRESSION lz4;
  ALTER TABLE public.workflow_versions ALTER workflow_data SET COMPRESSION lz4;
  ALTER TABLE public.nodes ALTER parameters SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4; documents are compressed with pglz';
END
$$;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.workflows
  ADD CONSTRAINT workflows_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
  ADD CONSTRAINT workflows_deployed_by_fkey FOREIGN KEY (deployed_by) REFERENCES auth.users (id) ON DELETE SET NULL;
ALTER TABLE public.workflow_versions
  ADD CONSTRAINT workflow_versions_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users (id) ON DELETE SET NULL;
ALTER TABLE public.idempotency_keys
  ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
