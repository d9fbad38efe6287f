-- Key-value memory: the ninth type. A namespace is one store, a memory node's for instance; a key without expires_at stays.
CREATE TABLE public.memory_key_values (
  user_id uuid NOT NULL,
  namespace varchar(255) NOT NULL DEFAULT 'default',
  key varchar(255) NOT NULL,
  value jsonb NOT NULL,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT memory_key_values_pkey PRIMARY KEY (user_id, namespace, key),
  CONSTRAINT memory_key_values_key_not_empty CHECK (length(key) > 0)
);
CREATE INDEX idx_memory_key_values_expires_at ON public.memory_key_values (expires_at) WHERE expires_at IS NOT NULL;
CREATE TRIGGER memory_key_values_touch_updated_at BEFORE UPDATE ON public.memory_key_values
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- Deletes up to 10,000 values that have expired and returns how many: call it until it returns fewer. Readers do not wait for it, they
-- ask for expires_at themselves.
CREATE FUNCTION public.forget_expired_key_values() RETURNS integer
  LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  deleted integer;
BEGIN
  -- The key may have got a new value and a new time since it was found: then it stays.
  DELETE FROM public.memory_key_values v USING (
    SELECT user_id, namespace, key FROM public.memory_key_values WHERE expires_at <= now() ORDER BY expires_at LIMIT 10000) expired
  WHERE v.user_id = expired.user_id AND v.namespace = expired.namespace AND v.key = expired.key AND v.expires_at <= now();
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END
$$;
GRANT EXECUTE ON FUNCTION public.forget_expired_key_values() TO memory_service;

ALTER TABLE public.memory_key_values ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage own key values" ON public.memory_key_values TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.memory_key_values TO authenticated;

-- The service works as its user. As itself it forgets what has expired, and reads no value.
CREATE POLICY "Memory finds expired values" ON public.memory_key_values FOR SELECT TO memory_service USING (expires_at <= now());
CREATE POLICY "Memory forgets expired values" ON public.memory_key_values FOR DELETE TO memory_service USING (expires_at <= now());
GRANT SELECT (user_id, namespace, key, expires_at), DELETE ON public.memory_key_values TO memory_service;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.memory_key_values
  ADD CONSTRAINT memory_key_values_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
