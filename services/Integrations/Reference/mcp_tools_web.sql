-- Tools for the web: Firecrawl.
-- A tool is offered to models only while is_active; it is false until this service answers its calls.
-- The account's token is added by the service and is never a parameter. configuration_schema: what a TOOL node may set.
INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'web', 'firecrawl', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {
    "default_formats": {"type": "array", "description": "Forms used when a call names none.", "items": {"type": "string",
      "enum": ["markdown", "html", "rawHtml", "screenshot", "links", "extract"]}, "uniqueItems": true, "default": ["markdown",
      "html"]},
    "timeout_seconds": {"type": "integer", "description": "Longest time for a page.", "minimum": 5, "maximum": 300, "default": 30},
    "max_crawl_pages": {"type": "integer", "description": "Most pages a crawl fetches.", "minimum": 1, "maximum": 10000,
      "default": 100},
    "wait_for_selector": {"type": "string", "description": "CSS selector to wait for before a page counts as loaded."},
    "extract_main_content": {"type": "boolean", "description": "Leave out menus and footers.", "default": true},
    "remove_base64_images": {"type": "boolean", "description": "Leave out images written into the page.", "default": true}}}', false, true
FROM (VALUES
  ('firecrawl_scrape', 'Fetches a page as text.',
    '{
      "url": {"type": "string", "description": "Address, with https:// or http://.", "format": "uri", "pattern": "^https?://"},
      "formats": {"type": "array", "description": "In which forms to return a page.", "items": {"type": "string",
        "enum": ["markdown", "html", "rawHtml", "screenshot", "links", "extract"]}, "uniqueItems": true, "minItems": 1,
        "default": ["markdown"]},
      "only_main_content": {"type": "boolean", "description": "Only the main content, without menus and footers.", "default": true},
      "wait_for": {"type": "integer", "description": "Milliseconds to wait after loading.", "minimum": 0, "maximum": 60000,
        "default": 0},
      "schema": {"type": "object", "description": "JSON Schema of what to extract, with format extract."}}',
    '["url"]'),
  ('firecrawl_map', 'Lists the addresses of a site.',
    '{
      "url": {"type": "string", "description": "Address, with https:// or http://.", "format": "uri", "pattern": "^https?://"},
      "search": {"type": "string", "description": "Only addresses to do with these words."},
      "limit": {"type": "integer", "description": "Most addresses to return.", "minimum": 1, "maximum": 5000, "default": 100},
      "include_subdomains": {"type": "boolean", "description": "Also addresses of subdomains.", "default": false}}',
    '["url"]'),
  ('firecrawl_crawl', 'Fetches the pages of a site, following its links.',
    '{
      "url": {"type": "string", "description": "Address, with https:// or http://.", "format": "uri", "pattern": "^https?://"},
      "limit": {"type": "integer", "description": "Most pages to fetch.", "minimum": 1, "maximum": 10000, "default": 50},
      "max_depth": {"type": "integer", "description": "How many links away from the first page.", "minimum": 1, "maximum": 10,
        "default": 2},
      "include_paths": {"type": "array", "description": "Only paths that match one of these expressions.",
        "items": {"type": "string"}},
      "exclude_paths": {"type": "array", "description": "No paths that match one of these expressions.", "items": {"type": "string"}},
      "formats": {"type": "array", "description": "In which forms to return a page.", "items": {"type": "string",
        "enum": ["markdown", "html", "rawHtml", "screenshot", "links", "extract"]}, "uniqueItems": true, "minItems": 1,
        "default": ["markdown"]},
      "only_main_content": {"type": "boolean", "description": "Only the main content, without menus and footers.", "default": true}}',
    '["url"]'),
  ('firecrawl_batch_scrape', 'Fetches several pages at once.',
    '{
      "urls": {"type": "array", "description": "The addresses.", "items": {"type": "string", "format": "uri",
        "pattern": "^https?://"}, "minItems": 1, "maxItems": 100},
      "formats": {"type": "array", "description": "In which forms to return a page.", "items": {"type": "string",
        "enum": ["markdown", "html", "rawHtml", "screenshot", "links", "extract"]}, "uniqueItems": true, "minItems": 1,
        "default": ["markdown"]},
      "only_main_content": {"type": "boolean", "description": "Only the main content, without menus and footers.", "default": true}}',
    '["urls"]'),
  ('firecrawl_search', 'Searches the web and fetches what was found.',
    '{
      "query": {"type": "string", "description": "What to look for.", "minLength": 1},
      "limit": {"type": "integer", "description": "Most results to return.", "minimum": 1, "maximum": 50, "default": 5},
      "lang": {"type": "string", "description": "Language of the results, two letters.", "pattern": "^[a-z]{2}$"},
      "country": {"type": "string", "description": "Country of the results, two letters.", "pattern": "^[a-z]{2}$"},
      "formats": {"type": "array", "description": "In which forms to return a page.", "items": {"type": "string",
        "enum": ["markdown", "html", "rawHtml", "screenshot", "links", "extract"]}, "uniqueItems": true, "minItems": 1,
        "default": ["markdown"]}}',
    '["query"]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);
