using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>Everything a migration can make, one sorted line each, so that two databases can be compared.</summary>
internal static class SchemaSnapshot
{
    private const string Query = """
        WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('public', 'auth', 'messaging', 'extensions')),
        relations AS (SELECT c.*, n.nspname || '.' || c.relname AS name FROM pg_class c JOIN ours n ON n.oid = c.relnamespace),
        lines AS (
          SELECT 'schema ' || n.nspname || ' ' || n.nspowner::regrole || ' ' || acl(n.nspacl, 'n', n.nspowner) AS line FROM pg_namespace n
            WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'deployment')
          UNION ALL SELECT 'relation ' || name || ' ' || relkind::text || ' ' || relowner::regrole || ' ' || relrowsecurity || relforcerowsecurity
            || ' ' || acl(relacl, 'r', relowner) || ' ' || coalesce(reloptions::text, '') || ' ' || coalesce(pg_get_expr(relpartbound, oid), '')
            FROM relations
          UNION ALL SELECT 'column ' || r.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
            || ' ' || a.attcollation::regcollation || ' ' || a.attcompression::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || acl(a.attacl, 'c', r.relowner)
            FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE r.relkind IN ('r', 'p')
          UNION ALL SELECT 'constraint ' || r.name || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
            FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid
          UNION ALL SELECT 'index ' || pg_get_indexdef(r.oid) FROM relations r WHERE r.relkind IN ('i', 'I')
          UNION ALL SELECT 'policy ' || r.name || ' ' || p.polname || ' ' || p.polcmd::text || ' '
            || (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END, ',') FROM unnest(p.polroles) role) || ' '
            || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
            FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
          UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid
            WHERE NOT t.tgisinternal
          UNION ALL SELECT 'function ' || p.proowner::regrole || ' ' || acl(p.proacl, 'f', p.proowner) || ' ' || pg_get_functiondef(p.oid)
            FROM pg_proc p JOIN ours n ON n.oid = p.pronamespace
            WHERE p.prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
          UNION ALL SELECT 'default ' || d.defaclrole::regrole || ' ' || d.defaclobjtype::text || ' ' || acl(d.defaclacl, d.defaclobjtype, d.defaclrole) FROM pg_default_acl d
          UNION ALL SELECT 'database ' || acl(datacl, 'd', datdba) FROM pg_database WHERE datname = current_database())
        SELECT line FROM lines ORDER BY line COLLATE "C"
        """;

    /// <summary>Grants in one order; an object that nobody granted anything on has the built-in ones.</summary>
    private const string AclFunction = """
        CREATE OR REPLACE FUNCTION pg_temp.acl(items aclitem[], kind "char", owner oid) RETURNS text LANGUAGE sql AS $$
          SELECT coalesce(string_agg(item::text, ' ' ORDER BY item::text COLLATE "C"), '')
          FROM unnest(coalesce(items, acldefault(kind, owner))) item
        $$
        """;

    public static async Task<List<string>> OfAsync(TestDatabase database)
    {
        await using var connection = await database.OpenAdministratorAsync();
        return await OfAsync(connection);
    }

    public static async Task<List<string>> OfAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync(AclFunction);
        return await connection.LinesAsync(Query.Replace(" acl(", " pg_temp.acl(", StringComparison.Ordinal));
    }
}
