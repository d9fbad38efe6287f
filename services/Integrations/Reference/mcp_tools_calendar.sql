-- Tools for calendars: Google Calendar.
-- A tool is offered to models only while is_active; it is false until this service answers its calls.
-- The account's token is added by the service and is never a parameter. configuration_schema: what a TOOL node may set.
INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'calendar', 'google_calendar', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {
    "default_calendar_id": {"type": "string", "description": "Calendar used when a call names none.", "default": "primary"},
    "timezone": {"type": "string", "description": "IANA name of the time zone for times without one.", "default": "UTC"},
    "max_results": {"type": "integer", "description": "Most events a call returns.", "minimum": 1, "maximum": 250, "default": 20},
    "enable_natural_language": {"type": "boolean", "description": "Accept times like ''tomorrow at 9''.", "default": true},
    "business_hours_only": {"type": "boolean", "description": "Propose only times between 9 and 17 on weekdays.", "default": false}}}', false, true
FROM (VALUES
  ('google_calendar_events', 'Lists, reads, creates, changes or deletes events.',
    '{
      "action": {"type": "string", "description": "What to do.", "enum": ["list", "get", "create", "update", "delete"],
        "default": "list"},
      "calendar_id": {"type": "string", "description": "Id of the calendar; the node''s default_calendar_id when left out."},
      "event_id": {"type": "string", "description": "Id of the event: for get, update and delete."},
      "summary": {"type": "string", "description": "Title."},
      "description": {"type": "string", "description": "Text below the title."},
      "location": {"type": "string", "description": "Where."},
      "start": {"type": "string", "description": "When it begins; for list: from when.", "format": "date-time"},
      "end": {"type": "string", "description": "When it ends; for list: until when.", "format": "date-time"},
      "attendees": {"type": "array", "description": "Addresses of who is invited.", "items": {"type": "string", "format": "email"},
        "maxItems": 200},
      "recurrence": {"type": "array", "description": "RRULE lines of RFC 5545.", "items": {"type": "string"}},
      "max_results": {"type": "integer", "description": "Most events to return.", "minimum": 1, "maximum": 250, "default": 20},
      "page_token": {"type": "string", "description": "next_page_token of the answer before."}}',
    '["action"]'),
  ('google_calendar_quick_add', 'Creates an event from a sentence.',
    '{
      "text": {"type": "string", "description": "What and when: ''Lunch with Ann tomorrow 12:30''.", "minLength": 1},
      "calendar_id": {"type": "string", "description": "Id of the calendar; the node''s default_calendar_id when left out."}}',
    '["text"]'),
  ('google_calendar_search', 'Finds events by words in title, text, place or people.',
    '{
      "query": {"type": "string", "description": "The words.", "minLength": 1},
      "calendar_id": {"type": "string", "description": "Id of the calendar; the node''s default_calendar_id when left out."},
      "time_min": {"type": "string", "description": "Only events that end after this.", "format": "date-time"},
      "time_max": {"type": "string", "description": "Only events that begin before this.", "format": "date-time"},
      "max_results": {"type": "integer", "description": "Most events to return.", "minimum": 1, "maximum": 250, "default": 20}}',
    '["query"]'),
  ('google_calendar_availability', 'Says when people are free.',
    '{
      "time_min": {"type": "string", "description": "From when.", "format": "date-time"},
      "time_max": {"type": "string", "description": "Until when.", "format": "date-time"},
      "calendar_ids": {"type": "array", "description": "Whose calendars; the node''s default when left out.",
        "items": {"type": "string"}, "maxItems": 50},
      "duration_minutes": {"type": "integer", "description": "Only gaps at least this long.", "minimum": 1, "maximum": 1440,
        "default": 30}}',
    '["time_min", "time_max"]'),
  ('google_calendar_date_query', 'Lists the events of a day or a span of days.',
    '{
      "date": {"type": "string", "description": "The day; or the first of the span.", "format": "date"},
      "end_date": {"type": "string", "description": "The last day of the span.", "format": "date"},
      "calendar_id": {"type": "string", "description": "Id of the calendar; the node''s default_calendar_id when left out."},
      "timezone": {"type": "string", "description": "IANA name of the time zone the days are meant in."}}',
    '["date"]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);
