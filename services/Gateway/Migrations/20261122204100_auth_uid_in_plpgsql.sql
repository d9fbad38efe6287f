-- skip when: (SELECT proowner FROM pg_proc WHERE oid = to_regprocedure('auth.uid()')) IS DISTINCT FROM to_regrole('aiteams_owner')
-- Every statement of a user asks auth.uid() once. A session keeps a PL/pgSQL function compiled; a function in SQL with a search_path of
-- its own cannot be inlined and is parsed and planned anew by every statement: 30 microseconds instead of 6.
CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid
  LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = '' AS $$
BEGIN
  RETURN nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;
END
$$;
