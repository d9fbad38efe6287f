using Npgsql;

namespace AiTeams.Migrator;

/// <summary>
/// Which state of each reference file this database has: table deployment.reference_files. Read and written only under the lock that
/// <see cref="Ledger.OpenAsync"/> takes.
/// </summary>
internal sealed class ReferenceLedger
{
    private const string Create = """
        CREATE TABLE IF NOT EXISTS deployment.reference_files (
          file_name text PRIMARY KEY,
          checksum text NOT NULL,
          duration_ms integer NOT NULL,
          applied_by text NOT NULL DEFAULT session_user,
          applied_at timestamptz NOT NULL DEFAULT now()
        );
        """;

    private readonly Dictionary<string, string> _checksums = new(StringComparer.Ordinal);

    private ReferenceLedger()
    {
    }

    public static async Task<ReferenceLedger> OpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand("SELECT to_regclass('deployment.reference_files') IS NULL", connection);
        if (await find.ExecuteScalarAsync(cancellationToken) is true)
        {
            await using var create = new NpgsqlCommand(Create, connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var ledger = new ReferenceLedger();
        await using var command = new NpgsqlCommand("SELECT file_name, checksum FROM deployment.reference_files", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ledger._checksums.Add(reader.GetString(0), reader.GetString(1));
        }

        return ledger;
    }

    /// <summary>The files that never ran here, or not in their present state.</summary>
    public IReadOnlyList<ReferenceFile> Pending(IReadOnlyList<ReferenceFile> files) =>
        [.. files.Where(file => _checksums.GetValueOrDefault(file.FileName) != file.Checksum)];

    public static async Task RecordAsync(
        NpgsqlConnection connection, ReferenceFile file, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO deployment.reference_files (file_name, checksum, duration_ms) VALUES ($1, $2, $3)
            ON CONFLICT (file_name) DO UPDATE SET checksum = excluded.checksum, duration_ms = excluded.duration_ms,
              applied_by = session_user, applied_at = now()
            """, connection)
        {
            Parameters =
            {
                new() { Value = file.FileName },
                new() { Value = file.Checksum },
                new() { Value = (int)duration.TotalMilliseconds },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// A reverted migration may take rows or their table along, and nobody says which file they were from: the next run runs them all.
    /// </summary>
    public static async Task ForgetAllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM deployment.reference_files", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
