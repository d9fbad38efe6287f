-- run as: administrator
-- Roles stay: other databases of the cluster use them. The extension stays: it may have come from the template database.
DROP FUNCTION public.touch_updated_at();

ALTER DEFAULT PRIVILEGES FOR ROLE aiteams_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC;

DROP SCHEMA messaging;
DO $$
DECLARE
  services CONSTANT text := 'gateway_service, workflow_engine_service, scheduler_service, human_in_the_loop_service, memory_service, '
    || 'integrations_service';
BEGIN
  EXECUTE 'REVOKE ALL ON SCHEMA public FROM aiteams_owner, ' || services;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM ', current_database()) || services;

  IF (SELECT nspowner FROM pg_namespace WHERE nspname = 'auth') = 'aiteams_owner'::regrole THEN
    DROP SCHEMA auth;
    REVOKE ALL ON SCHEMA public FROM authenticated;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
  END IF;
END
$$;
