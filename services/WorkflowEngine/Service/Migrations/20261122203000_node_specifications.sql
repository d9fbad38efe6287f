-- What each kind of node is: the catalogue the engine was built with, for everybody else to read. Its rows come from
-- Reference/node_specifications.sql.
CREATE TABLE public.node_specifications (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  node_type varchar(50) NOT NULL,
  node_subtype varchar(100) NOT NULL,
  specification_version varchar(20) DEFAULT '1.0.0',
  specification_data jsonb NOT NULL,
  is_active boolean DEFAULT true,
  is_system_spec boolean DEFAULT true,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  -- The key begins with what is looked for: it is the look-up index as well.
  CONSTRAINT idx_node_specifications_type_subtype UNIQUE (node_type, node_subtype, specification_version),
  CONSTRAINT valid_spec_node_type CHECK (
    node_type IN ('TRIGGER', 'AI_AGENT', 'EXTERNAL_ACTION', 'ACTION', 'FLOW', 'HUMAN_IN_THE_LOOP', 'TOOL', 'MEMORY'))
);
CREATE INDEX idx_node_specifications_active ON public.node_specifications (node_type, node_subtype) WHERE is_active;

-- Workflows were written against what is active: it may be withdrawn, not rewritten.
CREATE FUNCTION public.keep_published_specification() RETURNS trigger
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION 'specification % of %.% is published and does not change', OLD.specification_version, OLD.node_type, OLD.node_subtype
    USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Give the changed specification a new specification_version.';
END
$$;
CREATE TRIGGER node_specifications_keep_published
  BEFORE UPDATE ON public.node_specifications FOR EACH ROW
  WHEN (OLD.is_active AND (OLD.node_type, OLD.node_subtype, OLD.specification_version, OLD.specification_data)
    IS DISTINCT FROM (NEW.node_type, NEW.node_subtype, NEW.specification_version, NEW.specification_data))
  EXECUTE FUNCTION public.keep_published_specification();
CREATE TRIGGER node_specifications_touch_updated_at
  BEFORE UPDATE ON public.node_specifications FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.node_specifications ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Nobody's data: the same for everybody, and written by the migrator alone.
CREATE POLICY "Everybody signed in reads node specifications" ON public.node_specifications FOR SELECT TO authenticated USING (true);
CREATE POLICY "Engine reads node specifications" ON public.node_specifications FOR SELECT TO workflow_engine_service USING (true);
CREATE POLICY "Owner keeps node specifications" ON public.node_specifications TO aiteams_owner USING (true) WITH CHECK (true);

GRANT SELECT ON public.node_specifications TO authenticated, workflow_engine_service;
