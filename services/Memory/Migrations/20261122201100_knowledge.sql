-- What an agent knows: entities, episodes, facts and rules, and a graph. Names and graph ids are chosen by clients, so each user has a
-- name space of one's own, and links carry user_id: a foreign key check does not ask row-level security.
CREATE TABLE public.entities (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name varchar(500) NOT NULL,
  type varchar(100) NOT NULL,
  aliases text[] DEFAULT '{}',
  attributes jsonb DEFAULT '{}',
  description text,
  importance_score double precision DEFAULT 0.5 CHECK (importance_score BETWEEN 0.0 AND 1.0),
  first_seen timestamptz DEFAULT CURRENT_TIMESTAMP,
  last_seen timestamptz DEFAULT CURRENT_TIMESTAMP,
  mention_count integer DEFAULT 1,
  user_id uuid NOT NULL,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  -- The key is the look-up by name as well.
  CONSTRAINT idx_entities_name UNIQUE (user_id, name, type),
  CONSTRAINT entities_id_user_id_key UNIQUE (id, user_id)
);
CREATE INDEX idx_entities_type ON public.entities (user_id, type, importance_score DESC);
CREATE INDEX idx_entities_importance ON public.entities (user_id, importance_score DESC, last_seen DESC);

CREATE TABLE public.entity_relationships (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  source_entity_id uuid NOT NULL,
  target_entity_id uuid NOT NULL,
  relationship_type varchar(100) NOT NULL,
  relationship_attributes jsonb DEFAULT '{}',
  confidence double precision DEFAULT 1.0 CHECK (confidence BETWEEN 0.0 AND 1.0),
  source varchar(255),
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT idx_entity_relationships_source UNIQUE (user_id, source_entity_id, target_entity_id, relationship_type),
  CONSTRAINT entity_relationships_source_entity_id_fkey FOREIGN KEY (source_entity_id, user_id)
    REFERENCES public.entities (id, user_id) ON DELETE CASCADE,
  CONSTRAINT entity_relationships_target_entity_id_fkey FOREIGN KEY (target_entity_id, user_id)
    REFERENCES public.entities (id, user_id) ON DELETE CASCADE
);
CREATE INDEX idx_entity_relationships_target ON public.entity_relationships (user_id, target_entity_id);

CREATE TABLE public.episodic_memory (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  actor varchar(255) NOT NULL,
  action varchar(255) NOT NULL,
  object text,
  context jsonb DEFAULT '{}',
  outcome jsonb DEFAULT '{}',
  importance numeric(3, 2) NOT NULL DEFAULT 0.5 CHECK (importance BETWEEN 0.0 AND 1.0),
  timestamp timestamptz NOT NULL,
  session_id varchar(255),
  user_id uuid NOT NULL,
  event_description text,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_episodic_memory_timestamp ON public.episodic_memory (user_id, timestamp DESC, id DESC);
CREATE INDEX idx_episodic_memory_actor ON public.episodic_memory (user_id, actor, timestamp DESC);
CREATE INDEX idx_episodic_memory_importance ON public.episodic_memory (user_id, importance DESC, timestamp DESC);

CREATE TABLE public.knowledge_facts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  subject varchar(500) NOT NULL,
  predicate varchar(255) NOT NULL,
  object jsonb NOT NULL,
  confidence double precision DEFAULT 1.0 CHECK (confidence BETWEEN 0.0 AND 1.0),
  source varchar(255),
  domain varchar(100),
  fact_type varchar(100),
  metadata jsonb DEFAULT '{}',
  user_id uuid NOT NULL,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  validated_at timestamptz,
  -- A B-tree entry holds 2.7 KB at most, and subject, predicate and object may be more. The length keeps the parts apart.
  fact_hash uuid NOT NULL GENERATED ALWAYS AS (
    md5(length(subject)::text || ' ' || subject || ' ' || length(predicate)::text || ' ' || predicate || ' ' || object::text)::uuid) STORED,
  CONSTRAINT knowledge_facts_subject_predicate_object_user_id_key UNIQUE (user_id, fact_hash)
);
CREATE INDEX idx_knowledge_facts_subject ON public.knowledge_facts (user_id, subject);
CREATE INDEX idx_knowledge_facts_domain ON public.knowledge_facts (user_id, domain, confidence DESC);

CREATE TABLE public.knowledge_rules (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  rule_name varchar(255) NOT NULL,
  description text,
  conditions jsonb NOT NULL,
  actions jsonb NOT NULL,
  priority integer DEFAULT 0,
  active boolean DEFAULT true,
  user_id uuid NOT NULL,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT knowledge_rules_rule_name_key UNIQUE (user_id, rule_name)
);
CREATE INDEX idx_knowledge_rules_priority ON public.knowledge_rules (user_id, priority DESC) WHERE active;

CREATE TABLE public.graph_nodes (
  id varchar(255) NOT NULL,
  label varchar(500) NOT NULL,
  type varchar(100) NOT NULL,
  properties jsonb DEFAULT '{}',
  user_id uuid NOT NULL,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT graph_nodes_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT graph_nodes_label_type_user_id_key UNIQUE (user_id, label, type)
);
CREATE INDEX idx_graph_nodes_type ON public.graph_nodes (user_id, type);

CREATE TABLE public.graph_relationships (
  id varchar(255) NOT NULL,
  user_id uuid NOT NULL,
  source_node_id varchar(255) NOT NULL,
  target_node_id varchar(255) NOT NULL,
  relationship_type varchar(100) NOT NULL,
  properties jsonb DEFAULT '{}',
  weight double precision DEFAULT 1.0 CHECK (weight BETWEEN 0.0 AND 1.0),
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT graph_relationships_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT graph_relationships_source_target_type_key UNIQUE (user_id, source_node_id, target_node_id, relationship_type),
  CONSTRAINT graph_relationships_source_node_id_fkey FOREIGN KEY (user_id, source_node_id)
    REFERENCES public.graph_nodes (user_id, id) ON DELETE CASCADE,
  CONSTRAINT graph_relationships_target_node_id_fkey FOREIGN KEY (user_id, target_node_id)
    REFERENCES public.graph_nodes (user_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_graph_relationships_target ON public.graph_relationships (user_id, target_node_id);

CREATE TRIGGER entities_touch_updated_at BEFORE UPDATE ON public.entities FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER entity_relationships_touch_updated_at BEFORE UPDATE ON public.entity_relationships
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER knowledge_facts_touch_updated_at BEFORE UPDATE ON public.knowledge_facts
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER knowledge_rules_touch_updated_at BEFORE UPDATE ON public.knowledge_rules
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER graph_nodes_touch_updated_at BEFORE UPDATE ON public.graph_nodes FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER graph_relationships_touch_updated_at BEFORE UPDATE ON public.graph_relationships
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.entities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.entity_relationships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.episodic_memory ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.knowledge_facts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.knowledge_rules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.graph_nodes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.graph_relationships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY "Users can manage own entities" ON public.entities TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own entity relationships" ON public.entity_relationships TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own episodes" ON public.episodic_memory TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own facts" ON public.knowledge_facts TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own rules" ON public.knowledge_rules TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own graph nodes" ON public.graph_nodes TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own graph relationships" ON public.graph_relationships TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));

-- The memory service works on these as its user; as itself it has no business here.
GRANT SELECT, INSERT, UPDATE, DELETE ON public.entities, public.entity_relationships, public.episodic_memory, public.knowledge_facts,
  public.knowledge_rules, public.graph_nodes, public.graph_relationships TO authenticated;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.entities ADD CONSTRAINT entities_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.entity_relationships
  ADD CONSTRAINT entity_relationships_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.episodic_memory
  ADD CONSTRAINT episodic_memory_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.knowledge_facts
  ADD CONSTRAINT knowledge_facts_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.knowledge_rules
  ADD CONSTRAINT knowledge_rules_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.graph_nodes ADD CONSTRAINT graph_nodes_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.graph_relationships
  ADD CONSTRAINT graph_relationships_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
