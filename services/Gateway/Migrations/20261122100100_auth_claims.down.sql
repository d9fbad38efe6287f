DROP FUNCTION auth.role();
DROP FUNCTION auth.uid();
DROP FUNCTION auth.jwt();
