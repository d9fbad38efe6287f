-- run as: administrator
-- Schemas, who may enter them, and what a new object grants to nobody by default.
DO $$
DECLARE
  is_supabase CONSTANT boolean := to_regclass('auth.users') IS NOT NULL;
  services CONSTANT text := 'gateway_service, workflow_engine_service, scheduler_service, human_in_the_loop_service, memory_service, '
    || 'integrations_service';
BEGIN
  -- A Supabase project's own roles live on what PUBLIC may do there; a database of ours starts closed.
  IF NOT is_supabase THEN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
  END IF;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO ', current_database()) || services;

  GRANT USAGE, CREATE ON SCHEMA public TO aiteams_owner;
  GRANT USAGE ON SCHEMA public TO authenticated;
  EXECUTE 'GRANT USAGE ON SCHEMA public TO ' || services;

  IF to_regnamespace('auth') IS NULL THEN
    CREATE SCHEMA auth AUTHORIZATION aiteams_owner;
    GRANT USAGE ON SCHEMA auth TO authenticated, anon;
    EXECUTE 'GRANT USAGE ON SCHEMA auth TO ' || services;
  END IF;

  CREATE SCHEMA messaging AUTHORIZATION aiteams_owner;
  EXECUTE 'GRANT USAGE ON SCHEMA messaging TO ' || services;

  -- vector is not a trusted extension: only a superuser can create it, and a server without it still runs all but the memory search.
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')
      AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN
    BEGIN
      EXECUTE 'CREATE EXTENSION vector' || CASE WHEN to_regnamespace('extensions') IS NULL THEN '' ELSE ' SCHEMA extensions' END;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'extension vector must be created by a superuser';
    END;
  END IF;
END
$$;

-- A function may be executed by PUBLIC unless it is said otherwise; here every grant is explicit.
ALTER DEFAULT PRIVILEGES FOR ROLE aiteams_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

SET LOCAL ROLE aiteams_owner;

CREATE FUNCTION public.touch_updated_at() RETURNS trigger
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
