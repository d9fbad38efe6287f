using System.Text.RegularExpressions;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>docs/database.md says who may do what; the database must say exactly the same.</summary>
public sealed partial class GrantTests
{
    private static readonly Dictionary<char, string> Privileges = new() { ['S'] = "SELECT", ['I'] = "INSERT", ['U'] = "UPDATE", ['D'] = "DELETE" };

    [Fact]
    public async Task The_database_grants_what_the_documentation_says_and_nothing_else()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.OpenAdministratorAsync();

        var granted = await connection.LinesAsync("""
            SELECT role || ' ' || privilege || ' ' || CASE relnamespace WHEN 'public'::regnamespace THEN '' ELSE relnamespace::regnamespace || '.' END || relname
              || CASE WHEN has_table_privilege(role, pg_class.oid, privilege) THEN '' ELSE (
                SELECT ' (' || string_agg(attname, ', ' ORDER BY attnum) || ')' FROM pg_attribute
                WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND has_column_privilege(role, pg_class.oid, attnum, privilege)) END
            FROM pg_class, unnest($1::text[]) role, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege
            WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('public', 'auth', 'messaging', 'deployment')
              AND (has_table_privilege(role, pg_class.oid, privilege)
                OR (privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(role, pg_class.oid, privilege)))
            """, (object)ServiceRoles.All.Append("authenticated").Append("anon").ToArray());

        // Columns count where the documentation names them: a right it gives to the whole table may be narrower in the database.
        var documented = Documented().ToHashSet();
        granted = [.. granted.Select(grant => grant.Split(" (")[0] is var whole && documented.Contains(whole) ? whole : grant)];
        Assert.Empty(granted.Except(documented));
        Assert.Empty(documented.Except(granted));
    }

    [Theory]
    [InlineData("workflow_engine_service", "SELECT encrypted_password FROM auth.users")]
    [InlineData("workflow_engine_service", "SELECT token_hash FROM auth.refresh_tokens")]
    [InlineData("workflow_engine_service", "UPDATE workflow_versions SET workflow_data = '{}'")]
    [InlineData("workflow_engine_service", "DELETE FROM workflow_execution_logs")]
    [InlineData("workflow_engine_service", "CREATE TABLE public.mine ()")]
    [InlineData("workflow_engine_service", "SET ROLE aiteams_owner")]
    [InlineData("workflow_engine_service", "SET ROLE gateway_service")]
    [InlineData("gateway_service", "INSERT INTO workflow_executions (execution_id) VALUES ('x')")]
    [InlineData("gateway_service", "SELECT FROM node_executions")]
    [InlineData("gateway_service", "SELECT maintain_log_partitions(1)")]
    [InlineData("gateway_service", "SELECT drop_log_partitions_before('2999-01-01')")]
    [InlineData("scheduler_service", "UPDATE workflows SET name = 'x'")]
    [InlineData("scheduler_service", "SELECT FROM nodes")]
    [InlineData("scheduler_service", "SELECT FROM deployment.migrations")]
    [InlineData("memory_service", "SELECT FROM workflows")]
    [InlineData("integrations_service", "SELECT FROM workflow_executions")]
    [InlineData("integrations_service", "UPDATE external_api_call_logs SET success = true")]
    [InlineData("integrations_service", "DELETE FROM external_api_call_logs")]
    [InlineData("integrations_service", "UPDATE ai_models SET cost_per_input_token = 0")]
    [InlineData("gateway_service", "SELECT access_token FROM oauth_tokens")]
    [InlineData("gateway_service", "UPDATE api_keys SET scopes = '{admin}'")]
    [InlineData("gateway_service", "SELECT FROM user_external_credentials")]
    [InlineData("workflow_engine_service", "SELECT FROM oauth_tokens")]
    [InlineData("workflow_engine_service", "SELECT FROM external_api_call_logs")]
    [InlineData("workflow_engine_service", "SELECT maintain_api_call_log_partitions(1)")]
    [InlineData("human_in_the_loop_service", "SELECT assert_engine_alive(gen_random_uuid())")]
    public async Task A_service_that_reaches_out_of_its_slice_fails_in_the_database(string role, string statement)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.OpenServiceAsync(role);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(statement));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Nothing_is_granted_to_everybody_and_the_owner_owns_everything()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.OpenAdministratorAsync();

        Assert.Empty(await connection.LinesAsync("""
            SELECT p.oid::regprocedure::text FROM pg_proc p
            WHERE pronamespace::regnamespace::text IN ('public', 'auth', 'messaging') AND has_function_privilege('public', p.oid, 'EXECUTE')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            """));
        Assert.Empty(await connection.LinesAsync("""
            SELECT oid::regclass::text FROM pg_class WHERE relnamespace::regnamespace::text IN ('public', 'auth', 'messaging')
              AND relowner <> 'aiteams_owner'::regrole AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')
            """));
    }

    [Fact]
    public async Task Every_function_fixes_its_search_path()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.OpenAdministratorAsync();

        Assert.Empty(await connection.LinesAsync("""
            SELECT p.oid::regprocedure::text FROM pg_proc p
            WHERE pronamespace::regnamespace::text IN ('public', 'auth', 'messaging') AND NOT coalesce('search_path=""' = ANY (proconfig), false)
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            """));
    }

    private static IEnumerable<string> Documented()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs/database.md"))
            .SkipWhile(line => !line.StartsWith("| table |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'));
        foreach (var row in rows)
        {
            var cells = row.Trim('|').Split('|', StringSplitOptions.TrimEntries);
            var roles = Others(cells[4]).Append(("authenticated", cells[3])).Concat(Owners(cells[1]).Select(owner => (owner, cells[2])));
            foreach (var (role, rights) in roles)
            {
                foreach (var grant in Grants(rights, cells[0].Split(',', StringSplitOptions.TrimEntries)))
                {
                    yield return $"{role} {grant}";
                }
            }
        }
    }

    private static IEnumerable<string> Owners(string cell) => cell switch
    {
        "Gateway" => [ServiceRoles.Gateway],
        "WorkflowEngine" => [ServiceRoles.Engine],
        "Scheduler" => [ServiceRoles.Scheduler],
        "HumanInTheLoop" => [ServiceRoles.HumanInTheLoop],
        "Integrations" => [ServiceRoles.Integrations],
        "Memory" => [ServiceRoles.Memory],
        "each service its rows" => ServiceRoles.All,
        _ => throw new InvalidDataException($"docs/database.md: '{cell}' owns a table and is no service"),
    };

    private static IEnumerable<(string Role, string Rights)> Others(string cell) =>
        Parts(cell).Select(other => other.Split(' ', 2))
            .Where(words => words[0] != "owner")        // has every right; the policies hold it
            .Select(words => ($"{words[0]}_service", words[1]));

    /// <summary>"SD own" or "S (id, name) own, D own": which verbs, and for which columns when not for all.</summary>
    private static IEnumerable<string> Grants(string rights, string[] tables) =>
        from part in Parts(rights).Select(part => Right().Match(part))
        from letter in part.Groups["verbs"].Value
        from table in tables
        select $"{Privileges[letter]} {table}{part.Groups["columns"].Value}";

    private static string[] Parts(string cell) => cell == "-" ? [] : OuterComma().Split(cell);

    [GeneratedRegex(@"^(?<verbs>[SIUD]+)(?<columns> \([^)]*\))?( own| expired)?$")]
    private static partial Regex Right();

    [GeneratedRegex(@",\s*(?![^(]*\))")]
    private static partial Regex OuterComma();
}
