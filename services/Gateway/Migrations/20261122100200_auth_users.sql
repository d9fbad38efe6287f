-- skip when: to_regclass('auth.users') IS NOT NULL
-- Accounts, sign-in sessions and refresh tokens: a Supabase project brings its own, everywhere else the gateway keeps them.
CREATE TABLE auth.users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  aud varchar(255) NOT NULL DEFAULT 'authenticated',
  role varchar(255) NOT NULL DEFAULT 'authenticated',
  email varchar(255) NOT NULL,
  encrypted_password varchar(255) NOT NULL,
  email_confirmed_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb NOT NULL DEFAULT '{"provider": "email", "providers": ["email"]}',
  raw_user_meta_data jsonb NOT NULL DEFAULT '{}',
  banned_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT users_email_not_empty CHECK (length(email) > 0)
);
-- One account per address, however it is spelt.
CREATE UNIQUE INDEX users_email_key ON auth.users (lower(email));
CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON auth.users FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

CREATE TABLE auth.sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  refreshed_at timestamptz,
  not_after timestamptz,
  revoked_at timestamptz,
  user_agent text,
  ip inet
);
CREATE INDEX sessions_user_id_idx ON auth.sessions (user_id);
CREATE TRIGGER sessions_touch_updated_at BEFORE UPDATE ON auth.sessions FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- A session is a family of refresh tokens, each the child of the one it replaced. Only hashes are kept: whoever reads this table
-- cannot sign in with it.
CREATE TABLE auth.refresh_tokens (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash bytea NOT NULL,
  session_id uuid NOT NULL REFERENCES auth.sessions (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  parent_id bigint REFERENCES auth.refresh_tokens (id) ON DELETE CASCADE,
  revoked boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz,
  CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash),
  CONSTRAINT refresh_tokens_hash_is_sha256 CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX refresh_tokens_session_id_idx ON auth.refresh_tokens (session_id);
CREATE INDEX refresh_tokens_user_id_idx ON auth.refresh_tokens (user_id);
CREATE INDEX refresh_tokens_parent_id_idx ON auth.refresh_tokens (parent_id);

-- The gateway alone sees accounts: it looks one up by address before anybody is signed in.
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE auth.refresh_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY "Gateway keeps accounts" ON auth.users TO gateway_service USING (true) WITH CHECK (true);
CREATE POLICY "Gateway keeps sign-in sessions" ON auth.sessions TO gateway_service USING (true) WITH CHECK (true);
CREATE POLICY "Gateway keeps refresh tokens" ON auth.refresh_tokens TO gateway_service USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON auth.users, auth.sessions, auth.refresh_tokens TO gateway_service;
