-- What a user can connect. active: calls to it are answered; it is false until this service can make them, so that nobody is offered
-- a connection that does nothing. configuration: how to sign in. credential_config: what is asked of the user instead of a sign-in.
INSERT INTO public.integrations AS i (
  integration_id, integration_type, name, description, version, configuration, credential_config, supported_operations, required_scopes,
  active, verified)
SELECT integration_id, integration_type, name, description, '1.0', configuration::jsonb, credential_config::jsonb,
  string_to_array(operations, ' '), string_to_array(scopes, ' '), false, false
FROM (VALUES
  ('google_calendar', 'calendar', 'Google Calendar', 'Reads and changes events of the calendars of a Google account.',
    '{"flow": "oauth2", "authorize_url": "https://accounts.google.com/o/oauth2/auth", "token_url": "https://oauth2.googleapis.com/token",
      "authorize_parameters": {"access_type": "offline", "prompt": "consent"}, "token_request": "form", "pkce": true,
      "api_url": "https://www.googleapis.com/calendar/v3",
      "operation_aliases": {"google_calendar_list_calendars": "list_calendars", "google_calendar_create_event": "create_event",
        "google_calendar_list_events": "list_events", "google_calendar_update_event": "update_event",
        "google_calendar_delete_event": "delete_event"}}',
    '{"type": "oauth2"}',
    'list_events create_event update_event delete_event get_event list_calendars create_calendar get_calendar search_events quick_add '
      || 'watch_events stop_watching google_calendar_list_calendars google_calendar_create_event google_calendar_list_events '
      || 'google_calendar_update_event google_calendar_delete_event google_calendar_add_attendees_to_event',
    'https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/calendar.events'),
  ('github', 'source_code', 'GitHub', 'Works on repositories, issues and pull requests through an installed GitHub App.',
    '{"flow": "app_installation", "authorize_url": "https://github.com/apps/{app}/installations/new",
      "token_url": "https://github.com/login/oauth/access_token", "token_request": "form", "pkce": true,
      "installation_token_seconds": 3600, "api_url": "https://api.github.com"}',
    '{"type": "oauth2"}',
    'create_repository update_repository delete_repository fork_repository list_repositories create_issue update_issue close_issue '
      || 'reopen_issue list_issues add_issue_comment assign_issue add_issue_labels create_pull_request update_pull_request '
      || 'merge_pull_request close_pull_request list_pull_requests request_pr_review approve_pr_review add_pr_comment create_file '
      || 'update_file delete_file get_file_content upload_release_asset create_release update_release delete_release list_releases '
      || 'create_branch delete_branch list_branches protect_branch trigger_workflow list_workflow_runs cancel_workflow_run invite_user '
      || 'add_team_member create_team create_webhook update_webhook delete_webhook',
    ''),                                                  -- what an app may do is said where it is installed
  ('slack', 'communication', 'Slack', 'Sends and reads messages and looks after channels as the bot of a workspace.',
    '{"flow": "oauth2", "authorize_url": "https://slack.com/oauth/v2/authorize", "token_url": "https://slack.com/api/oauth.v2.access",
      "token_request": "form", "pkce": false, "user_scopes": ["email", "identity.basic"], "api_url": "https://slack.com/api"}',
    '{"type": "oauth2"}',
    'send_message update_message delete_message send_file create_channel invite_users get_user_info get_channel_info set_channel_topic '
      || 'archive_channel',
    'app_mentions:read assistant:write calls:read calls:write channels:history channels:join channels:manage channels:read '
      || 'channels:write.invites channels:write.topic chat:write chat:write.public emoji:read files:read files:write groups:history '
      || 'groups:read groups:write groups:write.invites groups:write.topic im:history im:read im:write im:write.topic reactions:read '
      || 'reactions:write reminders:read reminders:write team:read users:read'),
  ('notion', 'documents', 'Notion', 'Searches, reads and changes pages and databases of a Notion workspace.',
    '{"flow": "oauth2", "authorize_url": "https://api.notion.com/v1/oauth/authorize", "token_url": "https://api.notion.com/v1/oauth/token",
      "authorize_parameters": {"owner": "user"}, "token_request": "basic", "pkce": false, "token_expires": false,
      "api_url": "https://api.notion.com/v1"}',
    '{"type": "oauth2"}',
    'search page_get page_create page_update database_get database_query',
    ''),                                                  -- the user picks the pages while signing in
  ('discord', 'communication', 'Discord', 'Sends messages and looks after channels, roles and members of a server as a bot.',
    '{"flow": "credential", "api_url": "https://discord.com/api/v10"}',
    '{"type": "bearer_token", "fields": [{"name": "bot_token", "title": "Bot token", "required": true, "secret": true}]}',
    'send_message send_file create_channel delete_channel manage_roles kick_member ban_member create_invite send_dm react_to_message '
      || 'pin_message create_thread manage_permissions send_webhook',
    ''),
  ('telegram', 'communication', 'Telegram', 'Sends messages and media and looks after chats as a bot.',
    '{"flow": "credential", "api_url": "https://api.telegram.org"}',
    '{"type": "bearer_token", "fields": [{"name": "bot_token", "title": "Bot token", "required": true, "secret": true}]}',
    'send_message send_photo send_document send_video send_audio send_voice send_location send_contact send_poll send_sticker '
      || 'edit_message delete_message forward_message pin_message unpin_message ban_user unban_user kick_user promote_user restrict_user '
      || 'set_chat_title set_chat_description export_chat_invite',
    ''),
  ('firecrawl', 'web', 'Firecrawl', 'Fetches web pages and whole sites as text.',
    '{"flow": "credential", "api_url": "https://api.firecrawl.dev/v1"}',
    '{"type": "api_key", "fields": [{"name": "api_key", "title": "API key", "required": true, "secret": true}]}',
    'scrape crawl extract screenshot map search',
    ''),
  ('custom_http', 'http', 'Any HTTP API', 'Calls an API of your own with a credential that is added on the way.',
    '{"flow": "credential"}',
    '{"types": {
      "api_key": [{"name": "api_key", "title": "Key", "required": true, "secret": true},
        {"name": "header", "title": "Header", "required": false, "secret": false, "default": "X-Api-Key"}],
      "basic_auth": [{"name": "username", "title": "User", "required": true, "secret": true},
        {"name": "password", "title": "Password", "required": true, "secret": true}],
      "bearer_token": [{"name": "access_token", "title": "Token", "required": true, "secret": true}]}}',
    'request',
    '')
) AS integration (integration_id, integration_type, name, description, configuration, credential_config, operations, scopes)
ON CONFLICT (integration_id) DO UPDATE SET
  integration_type = EXCLUDED.integration_type, name = EXCLUDED.name, description = EXCLUDED.description, version = EXCLUDED.version,
  configuration = EXCLUDED.configuration, credential_config = EXCLUDED.credential_config,
  supported_operations = EXCLUDED.supported_operations, required_scopes = EXCLUDED.required_scopes, active = EXCLUDED.active,
  verified = EXCLUDED.verified
WHERE (i.integration_type, i.name, i.description, i.version, i.configuration, i.credential_config, i.supported_operations, i.required_scopes,
    i.active, i.verified)
  IS DISTINCT FROM (EXCLUDED.integration_type, EXCLUDED.name, EXCLUDED.description, EXCLUDED.version, EXCLUDED.configuration,
    EXCLUDED.credential_config, EXCLUDED.supported_operations, EXCLUDED.required_scopes, EXCLUDED.active, EXCLUDED.verified);
