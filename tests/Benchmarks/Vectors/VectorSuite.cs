using System.Diagnostics;
using AiTeams.Benchmarks.Measuring;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Benchmarks.Vectors;

/// <summary>Search in a collection of 100 and in one of 100,000 beside it, and what the two kinds of index cost and find.</summary>
internal static class VectorSuite
{
    private const string Collection = "documents";
    private const string Search = "SELECT id, text_content, metadata, similarity FROM search_similar_vectors($1::vector, 'documents', 0)";
    private const string Nearest = "SELECT id, text_content, metadata FROM vector_embeddings WHERE user_id = $2 AND collection_name = 'documents' ORDER BY ";
    private const string Exact = Nearest + "(embedding <=> $1::vector) + 0 LIMIT 10";
    private const string ByHnsw = Nearest + "embedding::halfvec(1536) <=> $1::vector::halfvec(1536) LIMIT 10";
    private const string ByIvfflat = Nearest + "embedding <=> $1::vector LIMIT 10";
    private const string Insert = "INSERT INTO vector_embeddings (user_id, collection_name, text_content, embedding) VALUES ($2, 'inserted', gen_random_uuid()::text, $1::vector)";
    private const double GoalMs = 10;
    private const double GoalRecall = 0.95;
    private const int RecallQuestions = 100;

    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var database = await BenchmarkDatabase.StartAsync(cancellationToken);
        await RunAsync(database, options, cancellationToken);
    }

    public static async Task RunAsync(BenchmarkDatabase database, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (large, small) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var count = Math.Max((int)(100_000 * options.Scale), 1);
        var mixture = new VectorMixture(seed: 1);
        var random = new Random(3);
        var questions = Enumerable.Range(0, Math.Max(options.Samples, RecallQuestions)).Select(_ => mixture.Next(random)).ToArray();
        var hnsw = await DefinitionAsync(database, cancellationToken);

        await database.ExecuteAsync(
            $"INSERT INTO auth.users (id, email, encrypted_password) VALUES ('{large}', 'large@example.org', 'x'), ('{small}', 'small@example.org', 'x')", cancellationToken);
        await database.ExecuteAsync("DROP INDEX idx_vector_embeddings_cosine", cancellationToken);
        await VectorCopy.WriteAsync(database.Admin, "vector_embeddings", large, Collection, Vectors(mixture, count, seed: 11), cancellationToken);
        await VectorCopy.WriteAsync(database.Admin, "vector_embeddings", small, Collection, Vectors(mixture, 100, seed: 12), cancellationToken);
        await options.Progress.WriteLineAsync($"{count + 100} vectors are there");
        await BuildAsync(database, options, "vector_index_hnsw", hnsw, cancellationToken);
        await database.ExecuteAsync("VACUUM ANALYZE vector_embeddings", cancellationToken);

        foreach (var (name, user) in new[] { ("vector_search_100", small), ($"vector_search_{count}", large) })
        {
            var caller = Caller.For(user);
            var times = await Stopwatches.RunAsync(
                options.Samples,
                cancellationToken,
                round => database.Users.QueryAsync(caller, Question(Search, questions[Math.Abs(round)]), RoundTrip.ReadAllAsync, cancellationToken),
                round => RoundTrip.RunAsync(database.Admin, Question(user == small ? Exact : ByHnsw, questions[Math.Abs(round)], user), cancellationToken));
            await options.Figures.WriteLineAsync(Figure.Below(GoalMs, name, times[0], times[1]).ToJson());
            await RecallAsync(database, options, name, questions, user, question => AskAsync(database, caller, question, cancellationToken), cancellationToken);
        }

        await InsertAsync(database, options, "vector_insert_hnsw", questions, small, cancellationToken);
        await database.ExecuteAsync("DROP INDEX idx_vector_embeddings_cosine", cancellationToken);
        // As many lists as the vectors' square root, and a tenth of them searched, as its authors advise.
        var lists = Math.Max((int)Math.Sqrt(count), 1);
        await BuildAsync(
            database, options, "vector_index_ivfflat",
            $"CREATE INDEX ivfflat ON vector_embeddings USING ivfflat (embedding vector_cosine_ops) WITH (lists = {lists})", cancellationToken);
        await using var probing = NpgsqlDataSource.Create($"{database.AdminConnectionString};Options=-c ivfflat.probes={Math.Max(lists / 10, 1)}");
        var byIvfflat = await Stopwatches.RunAsync(
            options.Samples, cancellationToken, round => RoundTrip.RunAsync(probing, Question(ByIvfflat, questions[Math.Abs(round)], large), cancellationToken));
        await options.Figures.WriteLineAsync(Figure.Of("vector_search_ivfflat", byIvfflat[0]).ToJson());
        await RecallAsync(
            database, options, "vector_search_ivfflat", questions, large, question => IdsAsync(probing, Question(ByIvfflat, question, large), cancellationToken), cancellationToken);
        await InsertAsync(database, options, "vector_insert_ivfflat", questions, small, cancellationToken);
    }

    private static IEnumerable<float[]> Vectors(VectorMixture mixture, int count, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => mixture.Next(random));
    }

    private static NpgsqlBatchCommand Question(string sql, float[] vector, Guid? user = null)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new() { Value = vector, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Real });
        if (user is { } id)
        {
            command.Parameters.Add(new() { Value = id });
        }

        return command;
    }

    private static async Task BuildAsync(BenchmarkDatabase database, BenchmarkOptions options, string name, string definition, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await database.ExecuteAsync($"SET max_parallel_maintenance_workers = 0; SET maintenance_work_mem = '1GB'; {definition}", cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await using var size = database.Admin.CreateCommand("""
            SELECT pg_relation_size(c.oid) / 1048576.0 FROM pg_class c JOIN pg_am a ON a.oid = relam WHERE amname IN ('hnsw', 'ivfflat') ORDER BY 1 DESC LIMIT 1
            """);
        var megabytes = (decimal)(await size.ExecuteScalarAsync(cancellationToken))!;
        await options.Figures.WriteLineAsync(FormattableString.Invariant($$"""{"name":"{{name}}","build_s":{{seconds:F1}},"size_mb":{{megabytes:F1}}}"""));
    }

    private static async Task InsertAsync(
        BenchmarkDatabase database, BenchmarkOptions options, string name, float[][] vectors, Guid user, CancellationToken cancellationToken)
    {
        var times = await Stopwatches.RunAsync(
            Math.Min(options.Samples, 500), cancellationToken, round => RoundTrip.RunAsync(database.Admin, Question(Insert, vectors[Math.Abs(round)], user), cancellationToken));
        await options.Figures.WriteLineAsync(Figure.Of(name, times[0]).ToJson());
    }

    /// <summary>How many of the ten nearest, as a full comparison gives them, the search finds.</summary>
    private static async Task RecallAsync(
        BenchmarkDatabase database, BenchmarkOptions options, string name, float[][] questions, Guid user, Func<float[], Task<List<Guid>>> ask,
        CancellationToken cancellationToken)
    {
        var (found, all) = (0, 0);
        foreach (var question in questions.Take(RecallQuestions))
        {
            var nearest = await IdsAsync(database.Admin, Question(Exact, question, user), cancellationToken);
            found += nearest.Intersect(await ask(question)).Count();
            all += nearest.Count;
        }

        var recall = (double)found / all;
        await options.Figures.WriteLineAsync(FormattableString.Invariant(
            $$"""{"name":"{{name}}_recall","value":{{recall:F4}},"goal":"recall >= {{GoalRecall}}","met":{{(recall >= GoalRecall ? "true" : "false")}},"n":{{RecallQuestions}}}"""));
    }

    private static Task<List<Guid>> AskAsync(BenchmarkDatabase database, Caller caller, float[] question, CancellationToken cancellationToken) =>
        database.Users.QueryAsync(caller, Question(Search, question), IdsAsync, cancellationToken);

    private static async Task<List<Guid>> IdsAsync(NpgsqlDataSource dataSource, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await IdsAsync(reader, cancellationToken);
    }

    private static async Task<List<Guid>> IdsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    private static async Task<string> DefinitionAsync(BenchmarkDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.Admin.CreateCommand("SELECT pg_get_indexdef('idx_vector_embeddings_cosine'::regclass)");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
