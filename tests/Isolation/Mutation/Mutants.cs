using AiTeams.Isolation.Tests.Catalogue;
using AiTeams.Isolation.Tests.Documents;
using AiTeams.Isolation.Tests.Matrix;
using Npgsql;

namespace AiTeams.Isolation.Tests.Mutation;

/// <summary>Every single change to policies, row-level security and grants that ought to be noticed.</summary>
internal static class Mutants
{
    private const string True = "true";

    private static readonly Dictionary<char, string> Verbs = new() { ['S'] = "SELECT", ['I'] = "INSERT", ['U'] = "UPDATE", ['D'] = "DELETE" };

    private static readonly string[] Grantees = [.. AccessRights.Services, Actor.Authenticated];

    public static async Task<IReadOnlyList<Mutant>> AllAsync(NpgsqlConnection connection, World world)
    {
        var mutants = new List<Mutant>();
        foreach (var policy in await connection.RowsAsync("""
            SELECT polrelid::bigint::text, quote_ident(polname), polcmd::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
              (SELECT string_agg(role::regrole::text, ',') FROM unnest(polroles) role)
            FROM pg_policy ORDER BY polrelid::regclass::text, polname
            """))
        {
            var table = world.Tables.SingleOrDefault(table => $"{table.Oid}" == policy[0]);
            mutants.AddRange(table is null ? [] : OfPolicy(table, policy[1]!, policy[2]!, policy[3], policy[4], policy[5]!.Split(',')));
        }

        // A right to a table whose schema one may not enter is none.
        var entered = (await connection.LinesAsync("""
            SELECT nspname || ' ' || role FROM pg_namespace, unnest($1::text[]) role
            WHERE nspname IN ('public', 'auth', 'messaging') AND has_schema_privilege(role, oid, 'USAGE')
            """, (object)Grantees)).ToHashSet();
        return [.. mutants, .. world.Tables.SelectMany(table =>
            OfTable(table, [.. Grantees.Where(role => entered.Contains($"{table.QualifiedName.Split('.')[0]} {role}"))]))];
    }

    private static IEnumerable<Mutant> OfPolicy(Table table, string name, string command, string? reads, string? writes, string[] roles)
    {
        // What no role may attempt is never asked, and what is true already cannot be loosened.
        if (May(table, roles, command, "SIUD"))
        {
            yield return new(table, $"DROP POLICY {name} ON {table.QualifiedName}", roles);
        }

        if (reads is not null and not True && May(table, roles, command, "SUD"))
        {
            yield return new(table, $"ALTER POLICY {name} ON {table.QualifiedName} USING (true)", roles, IsAboutWhose(reads));
        }

        if (writes is not null and not True && May(table, roles, command, "IU"))
        {
            yield return new(table, $"ALTER POLICY {name} ON {table.QualifiedName} WITH CHECK (true)", roles, IsAboutWhose(writes));
        }
    }

    private static IEnumerable<Mutant> OfTable(Table table, IReadOnlyList<string> grantees)
    {
        // FORCE holds the owner: where the policies let the owner do everything, there is nothing to hold.
        if (!"SIUD".All(verb => AccessRights.Documented.Of(table.Name, Actor.Owner, verb) == Reach.All))
        {
            yield return new(table, $"ALTER TABLE {table.QualifiedName} NO FORCE ROW LEVEL SECURITY", [Actor.Owner]);
            yield return new(table, $"ALTER TABLE {table.QualifiedName} DISABLE ROW LEVEL SECURITY", [Actor.Owner]);
        }

        foreach (var role in grantees)
        {
            foreach (var (verb, privilege) in Verbs)
            {
                var isGranted = AccessRights.Documented.Of(table.Name, role, verb) != Reach.None;
                var isPartial = AccessRights.Documented.Columns(table.Name, role, verb) is not null;
                if (isGranted)
                {
                    yield return new(table, $"REVOKE {privilege} ON {table.QualifiedName} FROM {role}", [role]);
                }

                if (!isGranted || isPartial)
                {
                    yield return new(table, $"GRANT {privilege} ON {table.QualifiedName} TO {role}", [role]);
                }
            }

            yield return new(table, $"GRANT TRUNCATE ON {table.QualifiedName} TO {role}", [role]);
        }
    }

    private static bool May(Table table, string[] roles, string command, string verbs) => roles.Any(role => role == Actor.Owner
        || verbs.Any(verb => AccessRights.Documented.Of(table.Name, role, verb) != Reach.None && (command == "*" || command == Command(verb))));

    /// <summary>As pg_policy writes it.</summary>
    private static string Command(char verb) => verb switch
    {
        'S' => "r",
        'I' => "a",
        'U' => "w",
        _ => "d",
    };

    private static bool IsAboutWhose(string expression) =>
        expression.Contains("uid()", StringComparison.Ordinal) || expression.Contains("CURRENT_USER", StringComparison.OrdinalIgnoreCase);
}
