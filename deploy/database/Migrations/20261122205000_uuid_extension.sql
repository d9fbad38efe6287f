-- skip when: EXISTS (SELECT FROM pg_extension WHERE extname = 'uuid-ossp') OR NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'uuid-ossp')
-- run as: administrator
-- For those who write SQL with the specification's uuid_generate_v4(). No table of ours needs it, so a server without it will do; the
-- extension is trusted, so whoever owns the database may create it.
DO $$
BEGIN
  EXECUTE 'CREATE EXTENSION "uuid-ossp"' || CASE WHEN to_regnamespace('extensions') IS NULL THEN '' ELSE ' SCHEMA extensions' END;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'extension uuid-ossp must be created by the owner of the database';
END
$$;
