namespace AiTeams.Migrator.Tests;

/// <summary>A cluster nobody has migrated anything in, and its first three databases migrated at the same time.</summary>
public sealed class NewCluster : PostgresCluster
{
    public IReadOnlyList<string> Databases { get; private set; } = [];

    public IReadOnlyList<IReadOnlyList<Migration>> Runs { get; private set; } = [];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Databases = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CreateDatabaseAsync()));
        Runs = await Task.WhenAll(Databases.Select(database =>
            Task.Run(() => Migrations.ApplyAsync(Administrator(database), ServiceRoles.Passwords("now"), CancellationToken.None))));
    }
}

public sealed class RoleTests(NewCluster cluster) : IClassFixture<NewCluster>
{
    private const string Stored = "SELECT string_agg(rolname || rolpassword, ' ' ORDER BY rolname) FROM pg_authid WHERE rolname LIKE '%\\_service'";

    [Fact]
    public async Task Several_databases_of_a_new_cluster_are_migrated_at_once()
    {
        Assert.All(cluster.Runs, run => Assert.Equal(Migrations.All, run));
        await using var superuser = await PostgresCluster.OpenAsync(cluster.Administrator("postgres"));

        Assert.Equal(ServiceRoles.All.Order(StringComparer.Ordinal), await superuser.LinesAsync("""
            SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%\_service' AND rolcanlogin AND NOT rolsuper AND NOT rolbypassrls AND NOT rolinherit
              AND pg_has_role(rolname, 'authenticated', 'MEMBER') AND NOT pg_has_role(rolname, 'authenticated', 'USAGE') ORDER BY rolname COLLATE "C"
            """));
    }

    [Fact]
    public async Task A_password_is_rewritten_only_when_it_no_longer_opens()
    {
        var (one, other) = (await cluster.CreateDatabaseAsync(), await cluster.CreateDatabaseAsync());
        await using var superuser = await PostgresCluster.OpenAsync(cluster.Administrator("postgres"));
        await Migrations.ApplyAsync(cluster.Administrator(one), ServiceRoles.Passwords("now"), CancellationToken.None);
        var stored = await superuser.ScalarAsync<string>(Stored);

        await Migrations.ApplyAsync(cluster.Administrator(other), ServiceRoles.Passwords("now"), CancellationToken.None);
        Assert.Equal(stored, await superuser.ScalarAsync<string>(Stored));

        await Migrations.ApplyAsync(cluster.Administrator(other), ServiceRoles.Passwords("later"), CancellationToken.None);
        Assert.NotEqual(stored, await superuser.ScalarAsync<string>(Stored));
        await using var service = await PostgresCluster.OpenAsync(
            cluster.ConnectionString(one, ServiceRoles.Engine, ServiceRoles.Passwords("later")[ServiceRoles.Engine]));
    }

    [Fact]
    public async Task A_password_beyond_ASCII_opens_too()
    {
        var database = await cluster.CreateDatabaseAsync();
        var passwords = new Dictionary<string, string> { [ServiceRoles.Engine] = "pässwörd ﬁ '\\ 日本" };
        await Migrations.ApplyAsync(cluster.Administrator(database), passwords, CancellationToken.None);

        await using var service = await PostgresCluster.OpenAsync(cluster.ConnectionString(database, ServiceRoles.Engine, passwords[ServiceRoles.Engine]));
    }

    [Fact]
    public async Task A_password_for_a_role_that_does_not_exist_is_an_error_that_names_it()
    {
        var database = await cluster.CreateDatabaseAsync();
        var passwords = new Dictionary<string, string> { ["nobody_service"] = "x" };

        var refusal = await Assert.ThrowsAsync<MigrationException>(
            () => Migrations.ApplyAsync(cluster.Administrator(database), passwords, CancellationToken.None));

        Assert.Contains("role \"nobody_service\" does not exist", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_bypass_row_level_security_is_refused()
    {
        var database = await cluster.CreateDatabaseAsync();
        await Migrations.ApplyAsync(cluster.Administrator(database), new Dictionary<string, string>(), CancellationToken.None);
        await cluster.ExecuteAsync("postgres", "ALTER ROLE memory_service BYPASSRLS");
        try
        {
            var refusal = await Assert.ThrowsAsync<MigrationException>(
                () => Migrations.ApplyAsync(cluster.Administrator(database), new Dictionary<string, string>(), CancellationToken.None));

            Assert.Contains("role memory_service may bypass row-level security", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await cluster.ExecuteAsync("postgres", "ALTER ROLE memory_service NOBYPASSRLS");
        }
    }
}
