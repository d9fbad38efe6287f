using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.Benchmarks.Database;

/// <summary>Whom and what the measurements ask for, drawn at random: each round the next one.</summary>
internal sealed class Sample
{
    private const int Size = 2_000;
    private readonly Caller[] _callers;
    private readonly (string Subtype, string Key)[] _triggers;

    private Sample(Caller[] callers, (string Subtype, string Key)[] triggers) => (_callers, _triggers) = (callers, triggers);

    /// <summary>As often as they have workflows: who has much, asks much.</summary>
    public Caller Caller(int round) => _callers[Math.Abs(round) % _callers.Length];

    /// <summary>What comes in from outside: calls, messages, pushes.</summary>
    public (string Subtype, string Key) Trigger(int round) => _triggers[Math.Abs(round) % _triggers.Length];

    public static async Task<Sample> DrawAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => new(
        await ReadAsync(
            connection,
            $"SELECT u.id FROM benchmark.workflows w JOIN benchmark.users u USING (rank) ORDER BY md5(w.id::text) LIMIT {Size}",
            reader => ServiceDefaults.Identity.Caller.For(reader.GetGuid(0)), cancellationToken),
        await ReadAsync(
            connection,
            $"""
            SELECT trigger_subtype, index_key FROM public.trigger_index WHERE trigger_subtype IN ('WEBHOOK', 'SLACK', 'GITHUB')
            ORDER BY md5(id::text) LIMIT {Size}
            """,
            reader => (reader.GetString(0), reader.GetString(1)), cancellationToken));

    private static async Task<T[]> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return [.. rows];
    }
}
