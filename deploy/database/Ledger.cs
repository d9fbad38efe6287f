using Npgsql;

namespace AiTeams.Migrator;

/// <summary>What has been applied to this database: table deployment.migrations, read under the lock that only one migrator holds.</summary>
internal sealed class Ledger
{
    // Any constant nobody else uses; advisory locks are per database, which is what is wanted here.
    private const long LockKey = 0x4169_5465_616D_7301;

    private const string Create = """
        CREATE SCHEMA IF NOT EXISTS deployment;
        REVOKE ALL ON SCHEMA deployment FROM PUBLIC;
        CREATE TABLE IF NOT EXISTS deployment.migrations (
          version text PRIMARY KEY,
          name text NOT NULL,
          checksum text NOT NULL,
          skipped boolean NOT NULL DEFAULT false,
          duration_ms integer NOT NULL,
          applied_by text NOT NULL DEFAULT session_user,
          applied_at timestamptz NOT NULL DEFAULT now()
        );
        """;

    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private Ledger()
    {
    }

    /// <summary>Takes the lock, for as long as the connection lives, and reads the table.</summary>
    public static async Task<Ledger> OpenAsync(NpgsqlConnection connection, TextWriter output, CancellationToken cancellationToken)
    {
        if (await ScalarAsync(connection, $"SELECT pg_try_advisory_lock({LockKey})", cancellationToken) is false)
        {
            await output.WriteLineAsync("another migrator is at work on this database; waiting for it");
            await ScalarAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellationToken);
        }

        if (await ScalarAsync(connection, "SELECT to_regclass('deployment.migrations') IS NULL", cancellationToken) is true)
        {
            await ScalarAsync(connection, Create, cancellationToken);
        }

        var ledger = new Ledger();
        await using var command = new NpgsqlCommand("SELECT version, name, checksum, skipped FROM deployment.migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ledger._entries.Add(reader.GetString(0), new Entry(reader.GetString(1), reader.GetString(2), reader.GetBoolean(3)));
        }

        return ledger;
    }

    public IReadOnlyList<Migration> Pending(IReadOnlyList<Migration> migrations)
    {
        Compare(migrations);
        return [.. migrations.Where(migration => !_entries.ContainsKey(migration.Version))];
    }

    public IReadOnlyList<Migration> Applied(IReadOnlyList<Migration> migrations)
    {
        Compare(migrations);
        return [.. migrations.Where(migration => _entries.ContainsKey(migration.Version))];
    }

    public bool WasSkipped(Migration migration) => _entries[migration.Version].Skipped;

    public static async Task RecordAsync(
        NpgsqlConnection connection, Migration migration, bool skipped, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO deployment.migrations (version, name, checksum, skipped, duration_ms) VALUES ($1, $2, $3, $4, $5)", connection)
        {
            Parameters =
            {
                new() { Value = migration.Version },
                new() { Value = migration.Name },
                new() { Value = migration.Checksum },
                new() { Value = skipped },
                new() { Value = (int)duration.TotalMilliseconds },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task ForgetAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM deployment.migrations WHERE version = $1", connection)
        {
            Parameters = { new() { Value = migration.Version } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Compare(IReadOnlyList<Migration> migrations)
    {
        var known = migrations.ToDictionary(migration => migration.Version);
        foreach (var (version, entry) in _entries)
        {
            if (!known.TryGetValue(version, out var migration))
            {
                throw new MigrationException(
                    $"{version}_{entry.Name}.sql was applied here and this build does not have it: the database is newer than the build");
            }

            if (migration.Checksum != entry.Checksum)
            {
                throw new MigrationException(
                    $"{migration.FileName} was changed after it was applied here; put it back and write a new migration instead");
            }
        }
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private sealed record Entry(string Name, string Checksum, bool Skipped);
}
