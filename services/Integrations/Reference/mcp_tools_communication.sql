-- Tools for messages: Slack, Discord, Gmail.
-- A tool is offered to models only while is_active; it is false until this service answers its calls.
-- The account's token is added by the service and is never a parameter. configuration_schema: what a TOOL node may set.
INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'communication', 'slack', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {
    "workspace_id": {"type": "string", "description": "Workspace, when the account is connected to several."},
    "default_channel": {"type": "string", "description": "Channel used when a call names none."},
    "message_limit": {"type": "integer", "description": "Most messages a call returns.", "minimum": 1, "maximum": 1000,
      "default": 100},
    "enable_threading": {"type": "boolean", "description": "Answer in threads.", "default": true},
    "auto_mention_users": {"type": "boolean", "description": "Turn user names in the text into mentions.", "default": false}}}', false, true
FROM (VALUES
  ('slack_send_message', 'Sends a message to a channel, a person or a thread.',
    '{
      "channel": {"type": "string", "description": "Id or #name of the channel; the node''s default_channel when left out."},
      "text": {"type": "string", "description": "The message; mrkdwn. Shown in notifications when blocks are given.",
        "maxLength": 40000},
      "thread_ts": {"type": "string", "description": "Timestamp of the message to answer in its thread."},
      "blocks": {"type": "array", "description": "Block Kit blocks instead of plain text.", "items": {"type": "object"},
        "maxItems": 50}}',
    '["text"]'),
  ('slack_list_channels', 'Lists the channels the bot can see.',
    '{
      "types": {"type": "array", "description": "Which kinds.", "items": {"type": "string", "enum": ["public_channel",
        "private_channel", "im", "mpim"]}, "uniqueItems": true, "default": ["public_channel"]},
      "exclude_archived": {"type": "boolean", "description": "Leave out archived channels.", "default": true},
      "limit": {"type": "integer", "description": "Most channels to return.", "minimum": 1, "maximum": 1000, "default": 100},
      "cursor": {"type": "string", "description": "next_cursor of the answer before."}}',
    '[]'),
  ('slack_get_user_info', 'Says who a user is: name, time zone, whether a bot.',
    '{
      "user_id": {"type": "string", "description": "Id of the user, U0123ABCD."}}',
    '["user_id"]'),
  ('slack_create_channel', 'Creates a channel.',
    '{
      "name": {"type": "string", "description": "Lower case, without spaces or periods.", "pattern": "^[a-z0-9_-]{1,80}$"},
      "is_private": {"type": "boolean", "description": "Only invited people see it.", "default": false}}',
    '["name"]'),
  ('slack_invite_user', 'Invites people to a channel.',
    '{
      "channel": {"type": "string", "description": "Id of the channel."},
      "user_ids": {"type": "array", "description": "Whom to invite.", "items": {"type": "string"}, "minItems": 1, "maxItems": 1000}}',
    '["channel", "user_ids"]'),
  ('slack_get_channel_history', 'Reads the latest messages of a channel.',
    '{
      "channel": {"type": "string", "description": "Id or #name of the channel; the node''s default_channel when left out."},
      "limit": {"type": "integer", "description": "Most messages to return.", "minimum": 1, "maximum": 1000, "default": 100},
      "oldest": {"type": "string", "description": "Only messages after this timestamp."},
      "latest": {"type": "string", "description": "Only messages before this timestamp."},
      "cursor": {"type": "string", "description": "next_cursor of the answer before."}}',
    '[]'),
  ('slack_add_reaction', 'Adds an emoji to a message.',
    '{
      "channel": {"type": "string", "description": "Id of the channel."},
      "timestamp": {"type": "string", "description": "Timestamp of the message."},
      "name": {"type": "string", "description": "Name of the emoji without colons."}}',
    '["channel", "timestamp", "name"]'),
  ('slack_remove_reaction', 'Removes the bot''s emoji from a message.',
    '{
      "channel": {"type": "string", "description": "Id of the channel."},
      "timestamp": {"type": "string", "description": "Timestamp of the message."},
      "name": {"type": "string", "description": "Name of the emoji without colons."}}',
    '["channel", "timestamp", "name"]'),
  ('slack_upload_file', 'Uploads a file to a channel.',
    '{
      "channel": {"type": "string", "description": "Id or #name of the channel; the node''s default_channel when left out."},
      "filename": {"type": "string", "description": "Name with extension."},
      "content": {"type": "string", "description": "The content; text, or base64 when encoding says so."},
      "encoding": {"type": "string", "description": "How content is written.", "enum": ["text", "base64"], "default": "text"},
      "title": {"type": "string", "description": "Title shown above the file."},
      "initial_comment": {"type": "string", "description": "Message that goes with it."},
      "thread_ts": {"type": "string", "description": "Timestamp of the message to answer in its thread."}}',
    '["filename", "content"]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);

INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'communication', 'discord', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {
    "default_server_id": {"type": "string", "description": "Server used when a call names none."},
    "default_channel_id": {"type": "string", "description": "Channel used when a call names none."},
    "message_limit": {"type": "integer", "description": "Most messages a call returns.", "minimum": 1, "maximum": 500,
      "default": 50},
    "enable_embeds": {"type": "boolean", "description": "Allow embeds in messages.", "default": true},
    "auto_react": {"type": "boolean", "description": "React to messages that were read.", "default": false},
    "manage_permissions": {"type": "boolean", "description": "Allow the tools that change roles and members.", "default": false}}}', false, true
FROM (VALUES
  ('discord_send_message', 'Sends a message to a channel.',
    '{
      "channel_id": {"type": "string", "description": "Id of the channel; the node''s default_channel_id when left out."},
      "content": {"type": "string", "description": "The message.", "maxLength": 2000},
      "embeds": {"type": "array", "description": "Embeds below the message.", "items": {"type": "object"}, "maxItems": 10},
      "reply_to_message_id": {"type": "string", "description": "Message to answer."}}',
    '["content"]'),
  ('discord_get_server_info', 'Says what a server is: name, owner, number of members, channels.',
    '{
      "server_id": {"type": "string", "description": "Id of the server; the node''s default_server_id when left out."}}',
    '[]'),
  ('discord_list_members', 'Lists members of a server.',
    '{
      "server_id": {"type": "string", "description": "Id of the server; the node''s default_server_id when left out."},
      "limit": {"type": "integer", "description": "Most members to return.", "minimum": 1, "maximum": 1000, "default": 100},
      "after": {"type": "string", "description": "Id of the last member of the answer before."}}',
    '[]'),
  ('discord_create_text_channel', 'Creates a text channel.',
    '{
      "server_id": {"type": "string", "description": "Id of the server; the node''s default_server_id when left out."},
      "name": {"type": "string", "description": "Name of the channel.", "minLength": 1, "maxLength": 100},
      "topic": {"type": "string", "description": "What it is about.", "maxLength": 1024},
      "category_id": {"type": "string", "description": "Category to put it into."}}',
    '["name"]'),
  ('discord_read_messages', 'Reads the latest messages of a channel.',
    '{
      "channel_id": {"type": "string", "description": "Id of the channel; the node''s default_channel_id when left out."},
      "limit": {"type": "integer", "description": "Most messages to return.", "minimum": 1, "maximum": 100, "default": 50},
      "before": {"type": "string", "description": "Only messages before this id."},
      "after": {"type": "string", "description": "Only messages after this id."}}',
    '[]'),
  ('discord_add_reaction', 'Adds an emoji to a message.',
    '{
      "channel_id": {"type": "string", "description": "Id of the channel."},
      "message_id": {"type": "string", "description": "Id of the message."},
      "emoji": {"type": "string", "description": "The emoji, or name:id of one of the server."}}',
    '["channel_id", "message_id", "emoji"]'),
  ('discord_create_invite', 'Makes a link that lets people join.',
    '{
      "channel_id": {"type": "string", "description": "Id of the channel; the node''s default_channel_id when left out."},
      "max_age": {"type": "integer", "description": "Seconds until it ends; 0: never.", "minimum": 0, "maximum": 604800,
        "default": 86400},
      "max_uses": {"type": "integer", "description": "How often it works; 0: any number.", "minimum": 0, "maximum": 100, "default": 0}}',
    '[]'),
  ('discord_manage_roles', 'Gives a member a role or takes it away.',
    '{
      "server_id": {"type": "string", "description": "Id of the server; the node''s default_server_id when left out."},
      "user_id": {"type": "string", "description": "Id of the member."},
      "role_id": {"type": "string", "description": "Id of the role."},
      "action": {"type": "string", "description": "What to do.", "enum": ["add", "remove"]},
      "reason": {"type": "string", "description": "For the server''s audit log.", "maxLength": 512}}',
    '["user_id", "role_id", "action"]'),
  ('discord_kick_member', 'Removes a member, who may come back.',
    '{
      "server_id": {"type": "string", "description": "Id of the server; the node''s default_server_id when left out."},
      "user_id": {"type": "string", "description": "Id of the member."},
      "reason": {"type": "string", "description": "For the server''s audit log.", "maxLength": 512}}',
    '["user_id"]'),
  ('discord_ban_member', 'Removes a member for good.',
    '{
      "server_id": {"type": "string", "description": "Id of the server; the node''s default_server_id when left out."},
      "user_id": {"type": "string", "description": "Id of the member."},
      "delete_message_days": {"type": "integer", "description": "Also delete messages of that many days.", "minimum": 0,
        "maximum": 7, "default": 0},
      "reason": {"type": "string", "description": "For the server''s audit log.", "maxLength": 512}}',
    '["user_id"]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);

INSERT INTO public.mcp_tools AS t (tool_name, tool_type, provider, description, tool_schema, configuration_schema, is_active, is_system_tool)
SELECT name, 'communication', 'gmail', description,
  jsonb_build_object('type', 'object', 'properties', properties::jsonb, 'required', required::jsonb, 'additionalProperties', false),
  '{"type": "object", "additionalProperties": false, "properties": {}}', false, true
FROM (VALUES
  ('gmail_send_email', 'Sends an e-mail from the connected account.',
    '{
      "to": {"type": "array", "description": "Whom it is for.", "items": {"type": "string", "format": "email"}, "minItems": 1,
        "maxItems": 100},
      "cc": {"type": "array", "description": "Who gets a copy.", "items": {"type": "string", "format": "email"}, "maxItems": 100},
      "bcc": {"type": "array", "description": "Who gets a copy without the others seeing it.", "items": {"type": "string",
        "format": "email"}, "maxItems": 100},
      "subject": {"type": "string", "description": "Subject.", "maxLength": 998},
      "body": {"type": "string", "description": "The text."},
      "content_type": {"type": "string", "description": "How the text is written.", "enum": ["text/plain", "text/html"],
        "default": "text/plain"},
      "reply_to_message_id": {"type": "string", "description": "Message to answer in its thread."}}',
    '["to", "subject", "body"]')
) AS tool (name, description, properties, required)
ON CONFLICT (tool_name, provider, version) DO UPDATE SET
  tool_type = EXCLUDED.tool_type, description = EXCLUDED.description, tool_schema = EXCLUDED.tool_schema,
  configuration_schema = EXCLUDED.configuration_schema, is_active = EXCLUDED.is_active, is_system_tool = EXCLUDED.is_system_tool
WHERE (t.tool_type, t.description, t.tool_schema, t.configuration_schema, t.is_active, t.is_system_tool)
  IS DISTINCT FROM (EXCLUDED.tool_type, EXCLUDED.description, EXCLUDED.tool_schema, EXCLUDED.configuration_schema, EXCLUDED.is_active,
    EXCLUDED.is_system_tool);
