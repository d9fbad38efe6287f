-- Accounts at other companies: what can be connected, the tokens and credentials of each user, and sign-ins under way.
-- Secrets go in and never come out: only the integrations service reads a column that holds one. Everybody else is granted the other
-- columns by name, so a column added later is closed until somebody opens it.
CREATE TABLE public.integrations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  integration_id varchar(255) NOT NULL,
  integration_type varchar(50) NOT NULL,
  name varchar(255) NOT NULL,
  description text,
  version varchar(50) NOT NULL DEFAULT '1.0',
  configuration jsonb NOT NULL DEFAULT '{}',
  credential_config jsonb NOT NULL DEFAULT '{}',
  supported_operations text[] NOT NULL DEFAULT '{}',
  required_scopes text[] NOT NULL DEFAULT '{}',
  active boolean NOT NULL DEFAULT true,
  verified boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT integrations_integration_id_key UNIQUE (integration_id),
  CONSTRAINT integrations_name_not_empty CHECK (length(name) > 0)
);
CREATE TRIGGER integrations_touch_updated_at BEFORE UPDATE ON public.integrations FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- What the application encrypts is a Fernet token: version byte 0x80 and a timestamp whose first bytes are zero make it begin with gAAAA,
-- and the shortest has 100 characters. '<key id>:' before it says which key opens it, so that keys can be changed one by one.
CREATE TABLE public.oauth_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  integration_id varchar(255) NOT NULL REFERENCES public.integrations (integration_id) ON DELETE CASCADE,
  provider varchar(100) NOT NULL,
  access_token text NOT NULL,
  refresh_token text,
  token_type varchar(50) DEFAULT 'Bearer',
  expires_at timestamptz,
  credential_data jsonb DEFAULT '{}',
  is_active boolean DEFAULT true,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  -- The key finds all tokens of a user as well.
  CONSTRAINT idx_oauth_tokens_user_id UNIQUE (user_id, integration_id),
  CONSTRAINT oauth_tokens_access_token_encrypted CHECK (
    length(access_token) >= 100 AND access_token ~ '^([a-z0-9][a-z0-9._-]{0,62}:)?gAAAA[A-Za-z0-9_-]+={0,2}$'),
  CONSTRAINT oauth_tokens_refresh_token_encrypted CHECK (
    length(refresh_token) >= 100 AND refresh_token ~ '^([a-z0-9][a-z0-9._-]{0,62}:)?gAAAA[A-Za-z0-9_-]+={0,2}$'),
  -- A provider's answer stored as it came would put the tokens beside their encrypted form.
  CONSTRAINT oauth_tokens_no_secrets_in_credential_data CHECK (
    NOT jsonb_path_exists(credential_data, '$.** ? (exists(@.access_token) || exists(@.refresh_token) || exists(@.id_token)
      || exists(@.api_key) || exists(@.secret) || exists(@.password) || exists(@.client_secret) || exists(@.private_key))'))
);
-- Finds what has to be refreshed soon, and what goes with an integration.
CREATE INDEX idx_oauth_tokens_integration_id ON public.oauth_tokens (integration_id, expires_at);
CREATE TRIGGER oauth_tokens_touch_updated_at BEFORE UPDATE ON public.oauth_tokens FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

CREATE TABLE public.user_external_credentials (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  provider varchar(50) NOT NULL,
  credential_type varchar(20) DEFAULT 'oauth2',
  encrypted_access_token text,
  encrypted_refresh_token text,
  encrypted_additional_data jsonb DEFAULT '{}',
  token_expires_at timestamptz,
  scope text[] DEFAULT '{}',
  token_type varchar(20) DEFAULT 'Bearer',
  is_valid boolean DEFAULT true,
  last_validated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  validation_error text,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_provider CHECK (
    provider IN ('google_calendar', 'github', 'slack', 'custom_http', 'notion', 'discord', 'telegram', 'firecrawl')),
  CONSTRAINT valid_credential_type CHECK (credential_type IN ('oauth2', 'api_key', 'basic_auth', 'bearer_token')),
  CONSTRAINT idx_user_credentials_user_provider UNIQUE (user_id, provider),
  CONSTRAINT user_external_credentials_access_token_encrypted CHECK (
    length(encrypted_access_token) >= 100
    AND encrypted_access_token ~ '^([a-z0-9][a-z0-9._-]{0,62}:)?gAAAA[A-Za-z0-9_-]+={0,2}$'),
  CONSTRAINT user_external_credentials_refresh_token_encrypted CHECK (
    length(encrypted_refresh_token) >= 100
    AND encrypted_refresh_token ~ '^([a-z0-9][a-z0-9._-]{0,62}:)?gAAAA[A-Za-z0-9_-]+={0,2}$'),
  -- Names may be read by the service, every value is encrypted on its own: {"username": "gAAAA...", "password": "gAAAA..."}.
  CONSTRAINT user_external_credentials_additional_data_encrypted CHECK (
    jsonb_typeof(encrypted_additional_data) = 'object'
    AND NOT jsonb_path_exists(encrypted_additional_data,
      'strict $.* ? (@.type() != "string" || !(@ like_regex "^([a-z0-9][a-z0-9._-]{0,62}:)?gAAAA[A-Za-z0-9_-]{90,}={0,2}$"))'))
);
-- What expires soon, and what has not been tried for longest. What is known to be invalid waits for its owner, not for us.
CREATE INDEX idx_user_credentials_expires_at ON public.user_external_credentials (token_expires_at) WHERE is_valid;
CREATE INDEX idx_user_credentials_valid ON public.user_external_credentials (provider, last_validated_at) WHERE is_valid;
CREATE TRIGGER user_external_credentials_touch_updated_at BEFORE UPDATE ON public.user_external_credentials
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- A sign-in at a provider that has begun and not come back. The state is random and only its hash is kept; coming back deletes the row,
-- so it works once. binding_hash: of a nonce in a cookie of the browser that began, or somebody could have another person finish it.
CREATE TABLE public.oauth_states (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  integration_id varchar(255) NOT NULL REFERENCES public.integrations (integration_id) ON DELETE CASCADE,
  state_hash bytea NOT NULL,
  binding_hash bytea,
  encrypted_code_verifier text NOT NULL,
  redirect_uri text NOT NULL,
  return_url text,
  scopes text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP + interval '10 minutes',
  CONSTRAINT oauth_states_state_hash_key UNIQUE (state_hash),
  CONSTRAINT oauth_states_state_hash_is_sha256 CHECK (octet_length(state_hash) = 32),
  CONSTRAINT oauth_states_binding_hash_is_sha256 CHECK (octet_length(binding_hash) = 32),
  -- PKCE (S256): the challenge went to the provider, the verifier is sent when the code is exchanged.
  CONSTRAINT oauth_states_code_verifier_encrypted CHECK (
    length(encrypted_code_verifier) >= 100
    AND encrypted_code_verifier ~ '^([a-z0-9][a-z0-9._-]{0,62}:)?gAAAA[A-Za-z0-9_-]+={0,2}$'),
  CONSTRAINT oauth_states_lives_ten_minutes CHECK (expires_at > created_at AND expires_at <= created_at + interval '10 minutes')
);
CREATE INDEX idx_oauth_states_user_id ON public.oauth_states (user_id, created_at);
CREATE INDEX idx_oauth_states_expires_at ON public.oauth_states (expires_at);
CREATE INDEX idx_oauth_states_integration_id ON public.oauth_states (integration_id);

ALTER TABLE public.integrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.oauth_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.user_external_credentials ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.oauth_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY "Everybody knows what can be connected" ON public.integrations FOR SELECT TO authenticated USING (true);
CREATE POLICY "Integrations knows what can be connected" ON public.integrations FOR SELECT TO integrations_service USING (true);
CREATE POLICY "Reference rows are kept" ON public.integrations TO aiteams_owner USING (true) WITH CHECK (true);

CREATE POLICY "Users can see and forget own tokens" ON public.oauth_tokens TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can see and forget own credentials" ON public.user_external_credentials TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
-- No grant goes with it: should one ever be given, it reaches own rows only.
CREATE POLICY "Users could see own sign-ins only" ON public.oauth_states TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Gateway reads the caller's tokens" ON public.oauth_tokens FOR SELECT TO gateway_service
  USING (user_id = (SELECT auth.uid()));

-- True: tokens of all users are refreshed before they expire, and a provider's redirect comes back without a caller.
CREATE POLICY "Integrations keeps every token" ON public.oauth_tokens TO integrations_service USING (true) WITH CHECK (true);
CREATE POLICY "Integrations keeps every credential" ON public.user_external_credentials TO integrations_service
  USING (true) WITH CHECK (true);
CREATE POLICY "Integrations keeps every sign-in under way" ON public.oauth_states TO integrations_service USING (true) WITH CHECK (true);

GRANT SELECT ON public.integrations TO authenticated, integrations_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.oauth_tokens, public.user_external_credentials TO integrations_service;
GRANT SELECT, INSERT, DELETE ON public.oauth_states TO integrations_service;
GRANT SELECT (id, user_id, integration_id, provider, token_type, expires_at, is_active, created_at, updated_at)
  ON public.oauth_tokens TO authenticated, gateway_service;
GRANT SELECT (id, user_id, provider, credential_type, token_expires_at, scope, token_type, is_valid, last_validated_at, validation_error,
  created_at, updated_at) ON public.user_external_credentials TO authenticated;
GRANT DELETE ON public.oauth_tokens, public.user_external_credentials TO authenticated;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.oauth_tokens
  ADD CONSTRAINT oauth_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.user_external_credentials
  ADD CONSTRAINT user_external_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.oauth_states
  ADD CONSTRAINT oauth_states_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
