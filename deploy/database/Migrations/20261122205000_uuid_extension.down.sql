-- run as: administrator
DROP EXTENSION IF EXISTS "uuid-ossp";
