-- Keys for programs. In public and not in auth: a Supabase project's auth is not ours to add to, and one place is easier than two.
-- A key is shown once; only its hash is kept, and the prefix by which its owner tells it from others.
CREATE TABLE public.api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  name varchar(100) NOT NULL,
  key_hash bytea NOT NULL,
  prefix varchar(20) NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash),
  CONSTRAINT api_keys_key_hash_is_sha256 CHECK (octet_length(key_hash) = 32),
  CONSTRAINT api_keys_name_not_empty CHECK (length(name) > 0),
  CONSTRAINT api_keys_valid_scopes CHECK (
    cardinality(scopes) > 0 AND scopes <@ ARRAY['tools:read', 'tools:execute', 'health:check', 'admin']),
  CONSTRAINT api_keys_expires_after_creation CHECK (expires_at > created_at)
);
CREATE INDEX idx_api_keys_user_id ON public.api_keys (user_id, created_at DESC);

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can see own API keys" ON public.api_keys FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
-- True: whose key it is turns out only when it is found by its hash, and uses are noted for many keys at once.
CREATE POLICY "Gateway finds every API key" ON public.api_keys FOR SELECT TO gateway_service USING (true);
CREATE POLICY "Gateway notes uses and revocations" ON public.api_keys FOR UPDATE TO gateway_service USING (true) WITH CHECK (true);
CREATE POLICY "Gateway makes the caller's API keys" ON public.api_keys FOR INSERT TO gateway_service
  WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Gateway deletes the caller's API keys" ON public.api_keys FOR DELETE TO gateway_service
  USING (user_id = (SELECT auth.uid()));
GRANT SELECT (id, user_id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at) ON public.api_keys TO authenticated;
GRANT SELECT, INSERT, DELETE ON public.api_keys TO gateway_service;
-- What a key may do and whose it is never changes: a different key is another one.
GRANT UPDATE (name, last_used_at, revoked_at) ON public.api_keys TO gateway_service;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.api_keys ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
