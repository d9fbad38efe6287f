-- 4.5 Memory system tables: the specification's statements, word for word.

CREATE TABLE conversation_buffers (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  session_id VARCHAR(255) NOT NULL,
  user_id VARCHAR(255),
  -- Message Details
  message_index INTEGER NOT NULL,
  role VARCHAR(50) NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content TEXT NOT NULL,
  -- Metadata
  metadata JSONB DEFAULT '{}',
  tokens_count INTEGER,
  timestamp TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (session_id, message_index)
);

CREATE TABLE conversation_summaries (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  session_id VARCHAR(255) NOT NULL,
  user_id VARCHAR(255),
  -- Summary Content
  summary TEXT NOT NULL,
  key_points JSONB DEFAULT '[]',
  entities JSONB DEFAULT '[]',
  topics JSONB DEFAULT '[]',
  -- Summary Configuration
  summary_type VARCHAR(50) DEFAULT 'progressive',
  message_count INTEGER NOT NULL DEFAULT 0,
  token_count INTEGER DEFAULT 0,
  model_used VARCHAR(100),
  confidence_score FLOAT DEFAULT 0.0,
  -- Hierarchical Linking
  previous_summary_id UUID REFERENCES conversation_summaries(id),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_summary_type CHECK (
    summary_type IN ('progressive', 'hierarchical', 'key_points')
  ),
  UNIQUE (session_id, created_at)
);

CREATE TABLE entities (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  name VARCHAR(500) NOT NULL,
  type VARCHAR(100) NOT NULL,
  aliases TEXT[] DEFAULT '{}',
  attributes JSONB DEFAULT '{}',
  description TEXT,
  -- Importance Tracking
  importance_score FLOAT DEFAULT 0.5 CHECK (importance_score BETWEEN 0.0 AND 1.0),
  first_seen TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  last_seen TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  mention_count INTEGER DEFAULT 1,
  user_id VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (name, type, user_id)
);

CREATE TABLE entity_relationships (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  source_entity_id UUID REFERENCES entities(id) ON DELETE CASCADE,
  target_entity_id UUID REFERENCES entities(id) ON DELETE CASCADE,
  relationship_type VARCHAR(100) NOT NULL,
  relationship_attributes JSONB DEFAULT '{}',
  confidence FLOAT DEFAULT 1.0 CHECK (confidence BETWEEN 0.0 AND 1.0),
  source VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (source_entity_id, target_entity_id, relationship_type)
);

CREATE TABLE episodic_memory (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  actor VARCHAR(255) NOT NULL,
  action VARCHAR(255) NOT NULL,
  object TEXT,
  context JSONB DEFAULT '{}',
  outcome JSONB DEFAULT '{}',
  -- Event Metadata
  importance DECIMAL(3,2) NOT NULL DEFAULT 0.5 CHECK (importance BETWEEN 0.0 AND 1.0),
  timestamp TIMESTAMPTZ NOT NULL,
  session_id VARCHAR(255),
  user_id VARCHAR(255),
  event_description TEXT,
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE knowledge_facts (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  subject VARCHAR(500) NOT NULL,
  predicate VARCHAR(255) NOT NULL,
  object JSONB NOT NULL,
  confidence FLOAT DEFAULT 1.0 CHECK (confidence BETWEEN 0.0 AND 1.0),
  source VARCHAR(255),
  domain VARCHAR(100),
  fact_type VARCHAR(100),
  metadata JSONB DEFAULT '{}',
  user_id VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  validated_at TIMESTAMPTZ,
  UNIQUE (subject, predicate, object, user_id)
);

CREATE TABLE knowledge_rules (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  rule_name VARCHAR(255) UNIQUE NOT NULL,
  description TEXT,
  conditions JSONB NOT NULL,
  actions JSONB NOT NULL,
  priority INTEGER DEFAULT 0,
  active BOOLEAN DEFAULT true,
  user_id VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE graph_nodes (
  id VARCHAR(255) PRIMARY KEY,
  label VARCHAR(500) NOT NULL,
  type VARCHAR(100) NOT NULL,
  properties JSONB DEFAULT '{}',
  user_id VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (label, type, user_id)
);

CREATE TABLE graph_relationships (
  id VARCHAR(255) PRIMARY KEY,
  user_id VARCHAR(255),
  source_node_id VARCHAR(255) REFERENCES graph_nodes(id) ON DELETE CASCADE,
  target_node_id VARCHAR(255) REFERENCES graph_nodes(id) ON DELETE CASCADE,
  relationship_type VARCHAR(100) NOT NULL,
  properties JSONB DEFAULT '{}',
  weight FLOAT DEFAULT 1.0 CHECK (weight BETWEEN 0.0 AND 1.0),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (source_node_id, target_node_id, relationship_type)
);

CREATE TABLE document_store (
  id VARCHAR(255) PRIMARY KEY,
  collection_name VARCHAR(255) NOT NULL,
  title VARCHAR(500),
  description TEXT,
  content TEXT NOT NULL,
  search_content TEXT NOT NULL,
  metadata JSONB DEFAULT '{}',
  category VARCHAR(100) DEFAULT 'general',
  tags TEXT[] DEFAULT '{}',
  user_id VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE vector_embeddings (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  collection_name VARCHAR(255) NOT NULL,
  text_content TEXT NOT NULL,
  embedding vector(1536) NOT NULL, -- OpenAI ada-002 size
  metadata JSONB DEFAULT '{}',
  user_id VARCHAR(255),
  created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
);
