using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using NpgsqlTypes;

namespace AiTeams.Benchmarks.Engine;

/// <summary>
/// What the machine gives at best for history kept this way: as many rows of as many bytes as executions of three nodes leave, from arrays into
/// one plain table with a key and an index, twenty executions a commit, and nothing else to do. The engine's rate is told as a part of it.
/// </summary>
internal static class PlainBatches
{
    private const int RowsEach = 12;
    private const int ExecutionsEach = 20;
    private const int BytesEach = 500;

    public static async Task<double> MeasureAsync(EngineUnderTest engine, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using (var create = engine.Admin.CreateCommand("""
            CREATE TABLE IF NOT EXISTS plain_rows (id uuid PRIMARY KEY, owner text NOT NULL, number int NOT NULL, data jsonb);
            CREATE INDEX IF NOT EXISTS plain_rows_owner ON plain_rows (owner, number)
            """))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var connection = await engine.Admin.OpenConnectionAsync(cancellationToken);
        await using var insert = new Npgsql.NpgsqlCommand("INSERT INTO plain_rows SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::jsonb[])", connection)
        {
            Parameters =
            {
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid, Value = Array.Empty<Guid>() },
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = Array.Empty<string>() },
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer, Value = Array.Empty<int>() },
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb, Value = Array.Empty<string>() },
            },
        };
        await insert.PrepareAsync(cancellationToken);
        var data = JsonSerializer.Serialize(new string('x', BytesEach), PlainBatchesJson.Default.String);
        var (executions, started) = (0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5 * options.Scale))
        {
            var rows = Enumerable.Range(0, ExecutionsEach).SelectMany(_ => Enumerable.Repeat(Guid.CreateVersion7(), RowsEach)).ToArray();
            insert.Parameters[0].Value = Array.ConvertAll(rows, _ => Guid.CreateVersion7());
            insert.Parameters[1].Value = Array.ConvertAll(rows, owner => $"exec_{owner:D}");
            insert.Parameters[2].Value = rows.Select((_, at) => at % RowsEach).ToArray();
            insert.Parameters[3].Value = Array.ConvertAll(rows, _ => data);
            await insert.ExecuteNonQueryAsync(cancellationToken);
            executions += ExecutionsEach;
        }

        return executions / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

[JsonSerializable(typeof(string))]
internal sealed partial class PlainBatchesJson : JsonSerializerContext;
