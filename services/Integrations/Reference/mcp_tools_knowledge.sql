-- Tools about the product itself, for agents that build workflows.
-- A tool is offered to models only while is_active; it is false until this service answers its calls.
-- The account's token is added by the service and is never a parameter. configuration_schema: what a TOOL node may set.
INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'node_knowledge', 'ai_teams', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {}}', false, true
FROM (VALUES
  ('get_node_types', 'Lists the types of nodes a workflow can be made of, each with its subtypes.',
    '{
      "type_filter": {"type": "string", "description": "Only this type.", "enum": ["TRIGGER", "AI_AGENT", "EXTERNAL_ACTION",
        "ACTION", "FLOW", "HUMAN_IN_THE_LOOP", "TOOL", "MEMORY"]}}',
    '[]'),
  ('get_node_details', 'Says everything about nodes: configuration, inputs, outputs, examples.',
    '{
      "nodes": {"type": "array", "description": "Which nodes.", "items": {"type": "object",
        "properties": {"node_type": {"type": "string", "description": "One of the eight types; _NODE at its end is accepted."},
        "subtype": {"type": "string", "description": "Subtype as get_node_types lists it."}}, "required": ["node_type", "subtype"],
        "additionalProperties": false}, "minItems": 1, "maxItems": 50},
      "include_examples": {"type": "boolean", "description": "With examples.", "default": true},
      "include_schemas": {"type": "boolean", "description": "With JSON Schemas of configuration, inputs and outputs.",
        "default": true}}',
    '["nodes"]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);
