using AiTeams.Testing;
using Npgsql;

namespace AiTeams.Migrator.Tests;

/// <summary>Vectors on a circle: each is as similar to another as the cosine of the angle between them.</summary>
public sealed class VectorSearchTests(VectorSearchTests.Circles circles) : IClassFixture<VectorSearchTests.Circles>
{
    private static readonly string Search = $"SELECT text_content FROM search_similar_vectors({At("radians($1)")}, $2, $3, $4)";

    private static string At(string angle) => $"array_cat(ARRAY[cos({angle}), sin({angle})]::real[], array_fill(0::real, ARRAY[1534]))::vector";

    [Fact]
    public async Task The_nearest_come_first_down_to_the_threshold_and_the_limit()
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);

        Assert.Equal(["10", "20", "0", "30", "40"], await user.LinesAsync(Search, 13d, "small", Math.Cos(double.DegreesToRadians(30)), 10));
        Assert.Equal(["10", "20", "0"], await user.LinesAsync(Search, 13d, "small", 0.7, 3));
        Assert.Empty(await user.LinesAsync(Search, 180d, "small", 0.99, 10));
        Assert.Equal(["10"], await user.LinesAsync(Search, 10d, "small", 1d - 1e-7, 10));
    }

    [Fact]
    public async Task It_has_the_defaults_and_the_columns_of_the_specification()
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);

        var found = await user.LinesAsync($$"""
            SELECT concat_ws(' ', id IS NOT NULL, text_content, metadata, round(similarity::numeric, 4))
            FROM search_similar_vectors(query_embedding := {{At("0")}}::vector(1536), collection_name_param := 'small')
            """);

        Assert.Equal(["t 0 {} 1.0000", "t 10 {} 0.9848", "t 20 {} 0.9397", "t 30 {} 0.8660", "t 40 {} 0.7660"], found);
    }

    [Fact]
    public async Task Anothers_vectors_are_never_found_however_near()
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);
        Assert.Equal(["40"], await user.LinesAsync(Search, 70d, "small", 0d, 1));

        await user.BecomeUserAsync(circles.Other);
        Assert.Equal(["theirs"], await user.LinesAsync(Search, 70d, "small", 0d, 10));

        await user.ExecuteAsync("SELECT set_config('request.jwt.claims', '', true)");
        Assert.Empty(await user.LinesAsync(Search, 70d, "small", -1d, 10));
    }

    [Theory]
    [InlineData("'[1, 2, 3]'", "10", "22000", "an embedding has 1536 dimensions, not 3")]
    [InlineData("array_fill(1::real, ARRAY[1536])::vector", "0", "22023", "max_results must be between 1 and 1000, not 0")]
    [InlineData("array_fill(1::real, ARRAY[1536])::vector", "NULL", "22023", "max_results must be between 1 and 1000, not <NULL>")]
    public async Task A_question_without_an_answer_is_refused(string embedding, string limit, string sqlState, string message)
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => user.ExecuteAsync($"SELECT * FROM search_similar_vectors({embedding}, 'small', max_results := {limit})"));

        Assert.Equal((sqlState, message), (refusal.SqlState, refusal.MessageText));
    }

    [Fact]
    public async Task A_vector_without_a_direction_is_like_nothing()
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);
        await user.ExecuteAsync("UPDATE vector_embeddings SET embedding = array_fill(0::real, ARRAY[1536])::vector WHERE collection_name = 'small' AND text_content = '10'");

        Assert.Equal(["20", "0", "30", "40"], await user.LinesAsync(Search, 13d, "small", 0d, 10));
        Assert.Equal(0, await user.CountAsync("search_similar_vectors(array_fill(0::real, ARRAY[1536])::vector, 'small', -1)"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task A_collection_that_is_too_large_to_be_read_whole_gives_as_many_as_asked_for_and_the_right_ones(int limit)
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);
        var hits = 0;
        for (var degrees = 0; degrees < 360; degrees += 30)
        {
            var found = await user.LinesAsync(Search, degrees + 0.1, "large", -1d, limit);
            Assert.Equal(limit, found.Distinct().Count());
            hits += found.Intersect(await user.LinesAsync(
                $"SELECT text_content FROM vector_embeddings WHERE collection_name = 'large' ORDER BY embedding <=> {At("radians($1)")} LIMIT $2",
                degrees + 0.1, limit)).Count();
        }

        Assert.InRange(hits, 0.95 * limit * 12, limit * 12);
    }

    /// <summary>The statement of the function, with its settings: behind the policy too the index gives the order.</summary>
    [Theory]
    [InlineData("idx_vector_embeddings_cosine", "SELECT id FROM vector_embeddings WHERE user_id = '{user}' AND collection_name = 'large' ORDER BY embedding::halfvec(1536) <=> {at}::halfvec(1536) LIMIT 40")]
    [InlineData("idx_vector_embeddings_euclidean", "SELECT id FROM vector_embeddings WHERE abs(vector_norm(embedding) - 1) > 0.001 ORDER BY embedding::halfvec(1536) <-> {at}::halfvec(1536) LIMIT 40")]
    [InlineData("idx_vector_embeddings_collection", "SELECT FROM vector_embeddings WHERE user_id = '{user}' AND collection_name = 'small' OFFSET 1000 LIMIT 1")]
    public async Task Each_index_answers_its_question(string index, string query)
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);
        await user.ExecuteAsync("SET LOCAL enable_sort = off");

        var plan = string.Join('\n', await user.LinesAsync("EXPLAIN " + query
            .Replace("{user}", $"{circles.Owner}", StringComparison.Ordinal).Replace("{at}", At("0"), StringComparison.Ordinal)));

        Assert.Contains(index, plan, StringComparison.Ordinal);
    }

    /// <summary>Why the Euclidean index may leave out what has length one.</summary>
    [Fact]
    public async Task For_vectors_of_length_one_both_distances_give_the_same_order()
    {
        await using var user = await circles.Database.OpenUserAsync(circles.Owner);

        Assert.Equal(await OrderedAsync("<=>"), await OrderedAsync("<->"));

        Task<List<string>> OrderedAsync(string distance) => user.LinesAsync($"""
            SELECT text_content FROM vector_embeddings WHERE collection_name = 'large' AND text_content::float < 150 ORDER BY embedding {distance} {At("-0.2")}
            """);
    }

    public sealed class Circles : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public Guid Owner { get; } = Guid.CreateVersion7();

        public Guid Other { get; } = Guid.CreateVersion7();

        public async Task InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var administrator = await Database.OpenAdministratorAsync();
            await administrator.ExecuteAsync($"""
                INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{Owner}', 'owner@example.org', 'x'), ('{Other}', 'other@example.org', 'x');
                INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding)
                SELECT '{Owner}', 'small', n, {At("radians(n)")} FROM unnest(ARRAY[0, 10, 20, 30, 40]) n;
                INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding) VALUES ('{Other}', 'small', 'theirs', {At("radians(70)")});
                INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding)
                SELECT '{Owner}', 'large', n * 0.3, {At("radians(n * 0.3)")} FROM generate_series(0, 1199) n;
                """);
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
