-- Roles belong to the cluster, not to a database: they are looked after at every run, before the migrations, and never dropped.
-- Nothing here is written when everything is in place, so that databases of one cluster can be migrated at the same time.
DO $$
DECLARE
  role_name text;
  service_roles CONSTANT text[] := ARRAY['gateway_service', 'workflow_engine_service', 'scheduler_service',
    'human_in_the_loop_service', 'memory_service', 'integrations_service'];
BEGIN
  -- Supabase's names; existing ones are left alone.
  FOREACH role_name IN ARRAY ARRAY['authenticated', 'anon'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
    END IF;
  END LOOP;

  -- Owns every object and nobody logs in as it. As a member of authenticated it may name auth.uid() in a policy, also where schema auth
  -- is Supabase's.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'aiteams_owner') THEN
    CREATE ROLE aiteams_owner NOLOGIN INHERIT;
  END IF;
  IF NOT pg_has_role('aiteams_owner', 'authenticated', 'USAGE') THEN
    GRANT authenticated TO aiteams_owner;
  END IF;

  -- NOINHERIT: a service gets a user's rights only by SET ROLE authenticated, never by accident.
  FOREACH role_name IN ARRAY service_roles LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', role_name);
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_auth_members m
        WHERE m.roleid = 'authenticated'::regrole AND m.member = to_regrole(quote_ident(role_name))) THEN
      EXECUTE format('GRANT authenticated TO %I', role_name);
    END IF;
  END LOOP;

  -- The administrator of a hosted database is no superuser: he creates objects for the owner as its member.
  IF NOT pg_has_role(current_user, 'aiteams_owner', 'USAGE') THEN
    EXECUTE format('GRANT aiteams_owner TO %I', current_user);
  END IF;

  -- Row-level security is worth nothing against these attributes, so a role that somebody gave them is refused, not used.
  SELECT rolname INTO role_name FROM pg_roles
    WHERE rolname = ANY (service_roles || ARRAY['aiteams_owner', 'authenticated', 'anon']) AND (rolsuper OR rolbypassrls) LIMIT 1;
  IF role_name IS NOT NULL THEN
    RAISE EXCEPTION 'role % may bypass row-level security', role_name
      USING HINT = format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', role_name);
  END IF;
END
$$;
