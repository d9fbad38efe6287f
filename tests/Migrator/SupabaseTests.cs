using System.Text.RegularExpressions;

namespace AiTeams.Migrator.Tests;

/// <summary>A database as a Supabase project has it: its own schema auth, and an administrator who is no superuser.</summary>
public sealed partial class SupabaseTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>
{
    private const string AdministratorPassword = "project password";

    private const string Roles = """
        CREATE ROLE anon NOLOGIN NOINHERIT;
        CREATE ROLE authenticated NOLOGIN NOINHERIT;
        CREATE ROLE supabase_auth_admin NOLOGIN NOINHERIT CREATEROLE;
        CREATE ROLE project_admin LOGIN CREATEROLE CREATEDB BYPASSRLS PASSWORD 'project password';
        GRANT anon, authenticated TO project_admin WITH ADMIN OPTION;
        """;

    private const string Auth = """
        CREATE SCHEMA extensions AUTHORIZATION project_admin;
        CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin;
        CREATE EXTENSION vector SCHEMA extensions;
        GRANT USAGE ON SCHEMA extensions TO anon, authenticated;
        GRANT USAGE ON SCHEMA auth TO anon, authenticated, project_admin;
        SET ROLE supabase_auth_admin;
        CREATE TABLE auth.users (instance_id uuid, id uuid NOT NULL PRIMARY KEY, email varchar(255), encrypted_password varchar(255));
        CREATE TABLE auth.sessions (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE);
        ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, REFERENCES, TRIGGER ON auth.users TO project_admin;
        CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
          SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
            (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid
        $$;
        INSERT INTO auth.users (id, email) VALUES ('11111111-1111-1111-1111-111111111111', 'a@example.org');
        """;

    private const string Embed = """
        INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding)
        VALUES ($1, 'c', 'text', array_fill(1::real, ARRAY[1536])::extensions.vector)
        """;

    private const string Search = "SELECT text_content FROM search_similar_vectors(array_fill(1::real, ARRAY[1536])::extensions.vector, 'c')";

    [Fact]
    public async Task What_is_there_is_left_alone_and_the_rest_works()
    {
        await cluster.ExecuteAsync("postgres", Roles);
        var database = await cluster.CreateDatabaseAsync(owner: "project_admin");
        await cluster.ExecuteAsync(database, Auth);
        await cluster.ExecuteAsync(database, "ALTER SCHEMA public OWNER TO project_admin");
        var administrator = cluster.ConnectionString(database, "project_admin", AdministratorPassword);
        var passwords = ServiceRoles.Passwords("supabase");
        var before = await TheirsAsync(database);

        await Migrations.ApplyAsync(administrator, passwords, CancellationToken.None);
        Assert.Equal(before, await TheirsAsync(database));
        await using (var superuser = await PostgresCluster.OpenAsync(cluster.Administrator(database)))
        {
            Assert.Equal(["auth_claims", "auth_users", "auth_uid_in_plpgsql"], await superuser.LinesAsync("SELECT name FROM deployment.migrations WHERE skipped ORDER BY version"));
        }

        await using (var engine = await PostgresCluster.OpenAsync(cluster.ConnectionString(database, ServiceRoles.Engine, passwords[ServiceRoles.Engine])))
        {
            var userId = Guid.Parse("11111111-1111-1111-1111-111111111111");
            await engine.ExecuteAsync("BEGIN");
            await engine.BecomeUserAsync(userId);
            await engine.ExecuteAsync(Tables.Insert("workflows"), Tables.Parameters("workflows", userId, Guid.NewGuid()));
            Assert.Equal(1, await engine.CountAsync("workflows"));
            await engine.ExecuteAsync(Embed, userId);
            Assert.Equal("text", await engine.ScalarAsync<string>(Search));
            await engine.BecomeUserAsync(Guid.NewGuid());
            Assert.Null(await engine.ScalarAsync<string>(Search));
            Assert.Equal(0, await engine.CountAsync("workflows"));
            await engine.ExecuteAsync("COMMIT");
        }

        // Attaching a partition repeats the foreign key to auth.users, which is not the owner's.
        await using (var integrations = await PostgresCluster.OpenAsync(cluster.ConnectionString(database, ServiceRoles.Integrations, passwords[ServiceRoles.Integrations])))
        {
            Assert.Equal(1, await integrations.ScalarAsync<int>("SELECT maintain_api_call_log_partitions(4)"));
        }

        await cluster.ExecuteAsync(database, "SET ROLE supabase_auth_admin; DELETE FROM auth.users");
        await using (var superuser = await PostgresCluster.OpenAsync(cluster.Administrator(database)))
        {
            Assert.Equal(0, await superuser.CountAsync("workflows"));
        }

        await new Migrator(Migrations.All, TextWriter.Null).DownAsync(administrator, "0", CancellationToken.None);
        Assert.Equal(before, await TheirsAsync(database));
    }

    /// <summary>Schema auth as it is, and what PUBLIC may do.</summary>
    private async Task<List<string>> TheirsAsync(string database)
    {
        await using var connection = await PostgresCluster.OpenAsync(cluster.Administrator(database));
        var lines = await SchemaSnapshot.OfAsync(connection);
        return
        [
            .. lines.Where(line => IsInAuth().IsMatch(line)),
            .. await connection.LinesAsync("""
                SELECT concat_ws(' ', has_database_privilege('public', current_database(), 'CONNECT'),
                  has_database_privilege('public', current_database(), 'TEMPORARY'), has_schema_privilege('public', 'public', 'USAGE'))
                """),
        ];
    }

    [GeneratedRegex(@"^schema auth |^\w+ auth\.| ON auth\.| FUNCTION auth\.")]
    private static partial Regex IsInAuth();
}
