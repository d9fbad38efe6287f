using AiTeams.Testing;

namespace AiTeams.Migrator.Tests;

/// <summary>What the specification takes from extensions and from the server itself is there.</summary>
public sealed class ExtensionTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("uuid_generate_v4()")]
    [InlineData("gen_random_uuid()")]
    public async Task Random_ids_are_made(string function) =>
        Assert.Equal("4", await ScalarAsync<string>($"SELECT substr({function}::text, 15, 1)"));

    [Fact]
    public async Task Vectors_are_compared_by_their_angle() => Assert.Equal(1d, await ScalarAsync<double>("SELECT '[1, 0]'::vector <=> '[0, 1]'::vector"));

    [Fact]
    public async Task Texts_are_searched_by_the_words_in_them() =>
        Assert.True(await ScalarAsync<bool>("SELECT to_tsvector('english', 'the teams were working') @@ to_tsquery('english', 'work & team')"));

    /// <summary>Where it was there before the first migration, as in a Supabase project, it is there after the last is reverted.</summary>
    [Fact]
    public async Task An_extension_that_was_there_stays()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var connection = await database.OpenAdministratorAsync();
        await connection.ExecuteAsync("CREATE SCHEMA extensions; CREATE EXTENSION \"uuid-ossp\" SCHEMA extensions");

        await database.MigrateAsync();
        await new Migrator(Migrations.All, TextWriter.Null).DownAsync(database.AdminConnectionString, "0", CancellationToken.None);

        Assert.Equal(1, await connection.ScalarAsync<long>("SELECT count(extensions.uuid_generate_v4())"));
    }

    [Fact]
    public async Task Without_vectors_the_migration_says_what_to_install()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var before = Migrations.All.TakeWhile(migration => migration.Name != "vector_embeddings").ToArray();
        await new Migrator(before, TextWriter.Null).UpAsync(database.AdminConnectionString, new Dictionary<string, string>(), CancellationToken.None);
        await using var connection = await database.OpenAdministratorAsync();
        await connection.ExecuteAsync("DROP EXTENSION vector");

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => database.MigrateAsync());

        Assert.Contains("the extension vector (pgvector 0.8 or newer) is missing", refusal.ToString(), StringComparison.Ordinal);
    }

    private async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = await _database.OpenAdministratorAsync();
        return await connection.ScalarAsync<T>(sql);
    }
}
