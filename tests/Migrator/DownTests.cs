using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

public sealed class DownTests
{
    [Fact]
    public async Task Down_and_up_again_leaves_the_same_schema_at_every_step()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var before = new Stack<List<string>>();
        for (var count = 1; count <= Migrations.All.Count; count++)
        {
            before.Push(await SchemaSnapshot.OfAsync(database));
            await Migrator([.. Migrations.All.Take(count)]).UpAsync(database.AdminConnectionString, new Dictionary<string, string>(), default);
        }

        var full = await SchemaSnapshot.OfAsync(database);
        foreach (var migration in Migrations.All.Reverse())
        {
            Assert.Equal([migration], await Migrator(Migrations.All).DownAsync(database.AdminConnectionString, null, default));
            AssertSame(before.Pop(), await SchemaSnapshot.OfAsync(database), migration.FileName);
        }

        await database.MigrateAsync();
        AssertSame(full, await SchemaSnapshot.OfAsync(database), "everything");
    }

    [Fact]
    public async Task Down_to_a_version_keeps_that_version()
    {
        await using var database = await TestDatabase.CreateAsync();
        var kept = Migrations.All.Single(migration => migration.Name == "messaging");

        var reverted = await Migrator(Migrations.All).DownAsync(database.AdminConnectionString, kept.Version, default);

        Assert.Equal(Migrations.All.Where(migration => string.CompareOrdinal(migration.Version, kept.Version) > 0).Reverse(), reverted);
        await using var connection = await database.OpenAdministratorAsync();
        Assert.Equal(kept.Version, await connection.ScalarAsync<string>("SELECT max(version) FROM deployment.migrations"));
    }

    [Fact]
    public async Task Down_to_a_version_that_never_was_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();

        await Assert.ThrowsAsync<MigrationException>(
            () => Migrator(Migrations.All).DownAsync(database.AdminConnectionString, "20200101000000", default));
    }

    private static Migrator Migrator(IReadOnlyList<Migration> migrations) => new(migrations, TextWriter.Null);

    private static void AssertSame(List<string> expected, List<string> actual, string what)
    {
        Assert.True(expected.SequenceEqual(actual), string.Join('\n',
            [what, .. expected.Except(actual).Select(line => "missing: " + line), .. actual.Except(expected).Select(line => "left over: " + line)]));
    }
}
