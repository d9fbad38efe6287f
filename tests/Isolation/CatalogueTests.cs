using System.Text.RegularExpressions;
using AiTeams.Isolation.Tests.Documents;
using AiTeams.Isolation.Tests.Matrix;

namespace AiTeams.Isolation.Tests;

/// <summary>Ways around the policies of tables that no attempt at a row would find.</summary>
[Collection(nameof(World))]
public sealed partial class CatalogueTests(World world)
{
    private const string Ours = "IN ('public', 'auth', 'messaging') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')";

    private static readonly string[] Everybody = [.. AccessRights.Services, Actor.Authenticated, Actor.Anonymous];

    [Fact]
    public async Task A_function_is_executed_by_those_whom_the_documentation_names()
    {
        var executable = await LinesAsync($"""
            SELECT role || ' ' || replace(pronamespace::regnamespace || '.', 'public.', '') || proname FROM pg_proc o, unnest($1::text[]) role
            WHERE pronamespace::regnamespace::text {Ours} AND has_function_privilege(role, o.oid, 'EXECUTE')
            """, (object)Everybody);

        var documented = DatabaseDocument.Rows("| function |").SelectMany(cells => Functions().Matches(cells[0]).SelectMany(function =>
            Callers(cells[1]).Select(role => $"{role} {function.Groups[1].Value}")));
        Assert.Equal(documented.Distinct().Order(StringComparer.Ordinal), executable.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>It acts as aiteams_owner, whom some policies let further than its caller: each one is known by name.</summary>
    [Fact]
    public async Task Functions_with_the_owners_rights_are_those_that_the_documentation_names()
    {
        var definers = await LinesAsync($"SELECT proname::text FROM pg_proc o WHERE pronamespace::regnamespace::text {Ours} AND prosecdef ORDER BY 1");

        var sentence = DatabaseDocument.Line("SECURITY DEFINER:");
        Assert.Equal(Names().Matches(sentence).Select(name => name.Groups[1].Value).Order(StringComparer.Ordinal), definers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_but_a_table_is_readable_and_a_view_reads_as_its_caller() => Assert.Empty(await LinesAsync($"""
        SELECT o.oid::regclass || ' for ' || role FROM pg_class o, unnest($1::text[]) role
        WHERE relnamespace::regnamespace::text {Ours} AND relkind IN ('v', 'm', 'f') AND has_any_column_privilege(role, o.oid, 'SELECT')
          AND NOT (relkind = 'v' AND coalesce('security_invoker=true' = ANY (reloptions), false))
        """, (object)Everybody));

    [Fact]
    public async Task A_policy_names_its_roles() => Assert.Empty(await LinesAsync(
        "SELECT polname || ' on ' || polrelid::regclass FROM pg_policy WHERE polroles = '{0}'"));

    [Fact]
    public async Task PUBLIC_has_no_right_to_any_table_column_or_sequence() => Assert.Empty(await LinesAsync($"""
        SELECT o.oid::regclass || ': ' || a.privilege_type FROM pg_class o, aclexplode(relacl) a WHERE relnamespace::regnamespace::text {Ours} AND a.grantee = 0
        UNION ALL
        SELECT o.oid::regclass || '.' || attname || ': ' || a.privilege_type FROM pg_class o JOIN pg_attribute ON attrelid = o.oid, aclexplode(attacl) a
        WHERE relnamespace::regnamespace::text {Ours} AND a.grantee = 0
        """));

    [Fact]
    public async Task A_sequence_is_read_and_set_by_nobody() => Assert.Empty(await LinesAsync($"""
        SELECT o.oid::regclass || ' for ' || role FROM pg_class o, unnest($1::text[]) role
        WHERE relnamespace::regnamespace::text {Ours} AND relkind = 'S'
          AND (has_sequence_privilege(role, o.oid, 'SELECT') OR has_sequence_privilege(role, o.oid, 'UPDATE'))
        """, (object)Everybody));

    /// <summary>A duplicate is refused before any policy about the row that is there: so what a user may write is unique per user or by an id nobody guesses.</summary>
    [Fact]
    public void No_unique_key_tells_a_user_what_others_have() => Assert.Empty(
        from table in world.Tables
        where "IU".Any(verb => AccessRights.Documented.Of(table.Name, Actor.Authenticated, verb) != Reach.None)
        from unique in table.Uniques
        where !unique.Columns.Any(column => table.Column(column).Kind == "uuid")
        select $"{table}: {unique.Name}");

    private static IEnumerable<string> Callers(string cell) => Parentheses().Replace(cell, "").Split(',', StringSplitOptions.TrimEntries).SelectMany(name => name switch
    {
        "everybody" => Everybody,
        "users" => [Actor.Authenticated],
        "services" => AccessRights.Services,
        "engine" => ["workflow_engine_service"],
        _ => (string[])[$"{name.Replace('-', '_')}_service"],
    });

    private async Task<List<string>> LinesAsync(string sql, params object[] parameters)
    {
        await using var connection = await world.OpenAsync();
        return await connection.LinesAsync(sql, parameters);
    }

    [GeneratedRegex(@"`([\w.]+)\(")]
    private static partial Regex Functions();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"\s*\([^)]*\)")]
    private static partial Regex Parentheses();
}
