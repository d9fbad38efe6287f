-- skip when: to_regprocedure('auth.uid()') IS NOT NULL
-- Who is asking, from the claims that the service sets for the transaction. Names and meaning are Supabase's.
-- NULLIF: after SET LOCAL ends, the setting reads '' and not NULL, and a bare cast would throw.
CREATE FUNCTION auth.jwt() RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
  SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;

CREATE FUNCTION auth.uid() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
  SELECT nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid
$$;

CREATE FUNCTION auth.role() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
  SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
$$;

GRANT EXECUTE ON FUNCTION auth.jwt(), auth.uid(), auth.role() TO authenticated, anon, gateway_service, workflow_engine_service,
  scheduler_service, human_in_the_loop_service, memory_service, integrations_service;
