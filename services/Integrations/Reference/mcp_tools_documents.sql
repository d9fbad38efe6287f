-- Tools for documents and source code: Notion (read only), GitHub.
-- A tool is offered to models only while is_active; it is false until this service answers its calls.
-- The account's token is added by the service and is never a parameter. configuration_schema: what a TOOL node may set.
INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'documents', 'notion', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {
    "operation_type": {"type": "string", "description": "What the tools may touch.", "enum": ["database", "page", "both"],
      "default": "database"},
    "default_database_id": {"type": "string", "description": "Database used when a call names none."},
    "default_page_id": {"type": "string", "description": "Page used when a call names none."},
    "page_size_limit": {"type": "integer", "description": "Most entries a call returns.", "minimum": 1, "maximum": 1000,
      "default": 100},
    "enable_rich_text": {"type": "boolean", "description": "Return formatting.", "default": true},
    "auto_create_missing_props": {"type": "boolean", "description": "Has no effect on tools that only read.", "default": false}}}', false, true
FROM (VALUES
  ('notion_search', 'Finds pages and databases by their titles.',
    '{
      "query": {"type": "string", "description": "Words of the title; everything shared with the connection when left out."},
      "object": {"type": "string", "description": "Only pages or only databases.", "enum": ["page", "database"]},
      "page_size": {"type": "integer", "description": "Most entries to return.", "minimum": 1, "maximum": 100, "default": 20},
      "start_cursor": {"type": "string", "description": "next_cursor of the answer before."}}',
    '[]'),
  ('notion_page', 'Reads a page: properties and content.',
    '{
      "page_id": {"type": "string", "description": "Id of the page; the node''s default_page_id when left out."},
      "include_content": {"type": "boolean", "description": "Also return the blocks of the page.", "default": true},
      "max_blocks": {"type": "integer", "description": "Most blocks to return.", "minimum": 1, "maximum": 1000, "default": 100}}',
    '[]'),
  ('notion_database', 'Reads a database: its properties, or entries that match a filter.',
    '{
      "action": {"type": "string", "description": "What to read.", "enum": ["get", "query"], "default": "query"},
      "database_id": {"type": "string", "description": "Id of the database; the node''s default_database_id when left out."},
      "filter": {"type": "object", "description": "A filter as Notion''s API defines it."},
      "sorts": {"type": "array", "description": "Sort orders as Notion''s API defines them.", "items": {"type": "object"},
        "maxItems": 10},
      "page_size": {"type": "integer", "description": "Most entries to return.", "minimum": 1, "maximum": 100, "default": 100},
      "start_cursor": {"type": "string", "description": "next_cursor of the answer before."}}',
    '[]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);

INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'source_code', 'github', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {
    "default_repository": {"type": "string", "description": "owner/name used when a call names none.", "pattern": "^[^/ ]+/[^/ ]+$"}}}', false, true
FROM (VALUES
  ('github_get_repo', 'Says what a repository is: description, default branch, languages, counts.',
    '{
      "owner": {"type": "string", "description": "User or organisation."},
      "repo": {"type": "string", "description": "Name of the repository."}}',
    '["owner", "repo"]'),
  ('github_list_repos', 'Lists the repositories the connection may see.',
    '{
      "visibility": {"type": "string", "description": "Which of them.", "enum": ["all", "public", "private"], "default": "all"},
      "sort": {"type": "string", "description": "In which order.", "enum": ["created", "updated", "pushed", "full_name"],
        "default": "updated"},
      "per_page": {"type": "integer", "description": "Most repositories to return.", "minimum": 1, "maximum": 100, "default": 30},
      "page": {"type": "integer", "description": "Which page, from 1.", "minimum": 1, "default": 1}}',
    '[]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);
