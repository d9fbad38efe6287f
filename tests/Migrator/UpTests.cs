using System.Globalization;
using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

public sealed class UpTests
{
    private static readonly IReadOnlyDictionary<string, string> NoPasswords = new Dictionary<string, string>();

    [Fact]
    public async Task Applied_twice_is_a_no_op()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var first = await database.MigrateAsync();
        var schema = await SchemaSnapshot.OfAsync(database);
        var second = await database.MigrateAsync();

        Assert.Equal(Migrations.All, first);
        Assert.Empty(second);
        Assert.Equal(schema, await SchemaSnapshot.OfAsync(database));
    }

    [Fact]
    public async Task Several_migrators_at_once_apply_every_migration_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(database.MigrateAsync)));

        Assert.Equal(Migrations.All, runs.SelectMany(run => run).OrderBy(migration => migration.Version));
        Assert.Single(runs, run => run.Count == Migrations.All.Count);
    }

    [Fact]
    public async Task A_changed_file_is_refused_by_name()
    {
        await using var database = await TestDatabase.CreateAsync();
        var changed = Migrations.All.Select(migration =>
            migration.Name == "workflows" ? new Migration(migration.Version, migration.Name, migration.Up + "SELECT 1;\n", migration.Down) : migration);

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => UpAsync(database, [.. changed]));

        Assert.Contains("_workflows.sql was changed after it was applied", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_newer_than_the_build_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => UpAsync(database, [.. Migrations.All.SkipLast(1)]));

        Assert.Contains($"{Migrations.All[^1].FileName} was applied here and this build does not have it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_migration_leaves_nothing_behind_and_names_its_line()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var good = new Migration("20260101000000", "good", "CREATE SCHEMA good;\n", "DROP SCHEMA good;\n");
        var bad = new Migration("20260102000000", "bad", "-- run as: administrator\nCREATE SCHEMA half;\n\nCREATE TABLE half.done (x nonsense);\n", "");

        var failure = await Assert.ThrowsAsync<MigrationException>(() => UpAsync(database, [AsAdministrator(good), bad]));

        Assert.StartsWith("20260102000000_bad.sql(4): 42704 type \"nonsense\" does not exist", failure.Message, StringComparison.Ordinal);
        await using var connection = await database.OpenAdministratorAsync();
        Assert.Equal(["good"], await connection.LinesAsync("SELECT nspname::text FROM pg_namespace WHERE nspname IN ('good', 'half')"));
        Assert.Equal(["good"], await connection.LinesAsync("SELECT name FROM deployment.migrations"));
    }

    [Fact]
    public async Task A_migration_with_an_earlier_time_that_arrives_late_is_applied()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var early = AsAdministrator(new("20260101000000", "early", "CREATE SCHEMA early;\n", ""));
        var late = AsAdministrator(new("20260102000000", "late", "CREATE SCHEMA late;\n", ""));
        await UpAsync(database, [late]);

        Assert.Equal([early], await UpAsync(database, [early, late]));
    }

    [Fact]
    public async Task What_the_database_already_has_is_skipped_and_remembered_as_skipped()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var skipped = new Migration("20260101000000", "skipped", "-- run as: administrator\n-- skip when: 1 = 1\nCREATE SCHEMA nobody;\n", "DROP SCHEMA nobody;\n");

        await UpAsync(database, [skipped]);
        var reverted = await new Migrator([skipped], TextWriter.Null).DownAsync(database.AdminConnectionString, "0", CancellationToken.None);

        Assert.Equal([skipped], reverted);
    }

    [Fact]
    public async Task A_database_that_is_still_starting_is_waited_for()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var settings = new NpgsqlConnectionStringBuilder(database.AdminConnectionString);
        await using var relay = new TcpRelay(settings.Port);
        relay.Cut();
        await using var output = new SignallingWriter("waiting for");
        settings.Port = relay.Port;

        var run = new Migrator([AsAdministrator(new("20260101000000", "one", "CREATE SCHEMA one;\n", ""))], output)
            .UpAsync(settings.ConnectionString, NoPasswords, CancellationToken.None);
        await output.Seen.WaitAsync(TimeSpan.FromSeconds(30));
        relay.Restore();

        Assert.Single(await run.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_wrong_password_is_not_waited_for()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var settings = new NpgsqlConnectionStringBuilder(database.AdminConnectionString) { Password = "wrong" };

        var refusal = await Assert.ThrowsAsync<MigrationException>(
            () => new Migrator([], TextWriter.Null).UpAsync(settings.ConnectionString, NoPasswords, CancellationToken.None));

        Assert.Contains("does not accept connections", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_done_is_printed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var output = new StringWriter(CultureInfo.InvariantCulture);

        await new Migrator(Migrations.All, output).UpAsync(database.AdminConnectionString, NoPasswords, CancellationToken.None);

        Assert.Matches(@"applied  \d{14}_workflows\.sql  \d+ ms", output.ToString());
        Assert.Contains($"{database.Name}: {Migrations.All.Count} of {Migrations.All.Count} migrations applied", output.ToString(), StringComparison.Ordinal);
    }

    private static Migration AsAdministrator(Migration migration) =>
        new(migration.Version, migration.Name, "-- run as: administrator\n" + migration.Up, "-- run as: administrator\n" + migration.Down);

    private static Task<IReadOnlyList<Migration>> UpAsync(TestDatabase database, IReadOnlyList<Migration> migrations) =>
        new Migrator(migrations, TextWriter.Null).UpAsync(database.AdminConnectionString, NoPasswords, CancellationToken.None);
}
