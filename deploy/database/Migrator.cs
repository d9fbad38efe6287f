using System.Diagnostics;
using Npgsql;

namespace AiTeams.Migrator;

/// <summary>Applies and reverts migrations on one database, and says what it did.</summary>
internal sealed class Migrator(IReadOnlyList<Migration> migrations, TextWriter output)
{
    public async Task<IReadOnlyList<Migration>> UpAsync(
        string adminConnectionString, IReadOnlyDictionary<string, string> rolePasswords, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(adminConnectionString, output, cancellationToken);
        await new Roles(connection, output).EnsureAsync(rolePasswords, cancellationToken);

        var ledger = await Ledger.OpenAsync(connection, output, cancellationToken);
        var pending = ledger.Pending(migrations);
        foreach (var migration in pending)
        {
            await ApplyAsync(connection, migration, cancellationToken);
        }

        await output.WriteLineAsync(pending.Count == 0
            ? $"{connection.Database}: up to date, {migrations.Count} migrations"
            : $"{connection.Database}: {pending.Count} of {migrations.Count} migrations applied");
        return pending;
    }

    /// <summary>Reverts, newest first, all migrations after <paramref name="version"/>; without a version the newest one.</summary>
    public async Task<IReadOnlyList<Migration>> DownAsync(string adminConnectionString, string? version, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(adminConnectionString, output, cancellationToken);
        var ledger = await Ledger.OpenAsync(connection, output, cancellationToken);
        var applied = ledger.Applied(migrations);
        if (version is not (null or "0") && applied.All(migration => migration.Version != version))
        {
            throw new MigrationException($"{version} is not the version of an applied migration (0 reverts all of them)");
        }

        var toRevert = version is null
            ? applied.TakeLast(1).ToList()
            : applied.Where(migration => string.CompareOrdinal(migration.Version, version) > 0).Reverse().ToList();
        foreach (var migration in toRevert)
        {
            await RevertAsync(connection, migration, ledger.WasSkipped(migration), cancellationToken);
        }

        await output.WriteLineAsync($"{connection.Database}: {toRevert.Count} migrations reverted");
        return toRevert;
    }

    public async Task StatusAsync(string adminConnectionString, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(adminConnectionString, output, cancellationToken);
        var pending = (await Ledger.OpenAsync(connection, output, cancellationToken)).Pending(migrations);
        foreach (var migration in migrations)
        {
            await output.WriteLineAsync($"{(pending.Contains(migration) ? "pending" : "applied")}  {migration.FileName}");
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var skipped = migration.SkipWhen is { } condition && await IsTrueAsync(connection, migration, condition, cancellationToken);
        if (!skipped)
        {
            await RunAsync(connection, migration.FileName, migration.Up, migration.UpAsAdministrator, cancellationToken);
        }

        await Ledger.RecordAsync(connection, migration, skipped, Stopwatch.GetElapsedTime(started), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await output.WriteLineAsync(
            $"{(skipped ? "skipped" : "applied")}  {migration.FileName}  {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
    }

    private async Task RevertAsync(NpgsqlConnection connection, Migration migration, bool skipped, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!skipped)
        {
            await RunAsync(
                connection, $"{migration.Version}_{migration.Name}.down.sql", migration.Down, migration.DownAsAdministrator, cancellationToken);
        }

        await Ledger.ForgetAsync(connection, migration, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await output.WriteLineAsync($"reverted  {migration.FileName}");
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, string fileName, string sql, bool asAdministrator, CancellationToken cancellationToken)
    {
        try
        {
            var role = asAdministrator ? "RESET ROLE;\n" : "SET LOCAL ROLE aiteams_owner;\n";
            await ExecuteAsync(connection, role, cancellationToken);
            await ExecuteAsync(connection, sql, cancellationToken);
            await ExecuteAsync(connection, "RESET ROLE", cancellationToken);
        }
        catch (PostgresException ex)
        {
            throw new MigrationException(Explain(fileName, sql, ex), ex);
        }
    }

    private static async Task<bool> IsTrueAsync(
        NpgsqlConnection connection, Migration migration, string condition, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand($"SELECT {condition}", connection);
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (PostgresException ex)
        {
            throw new MigrationException(Explain(migration.FileName, $"SELECT {condition}", ex), ex);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // A migration may take as long as it takes: an index on a large table is no reason to give up half way.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>PostgreSQL counts characters in the statement it was sent; a person wants the line of the file.</summary>
    private static string Explain(string fileName, string sql, PostgresException ex)
    {
        var statement = ex.BatchCommand?.CommandText ?? sql;
        var start = Math.Max(0, sql.IndexOf(statement, StringComparison.Ordinal));
        var at = Math.Clamp(start + Math.Max(0, ex.Position - 1), 0, sql.Length);
        var line = sql.AsSpan(0, at).Count('\n') + 1;
        var detail = string.Join(' ', new[] { ex.Detail, ex.Hint }.Where(text => !string.IsNullOrEmpty(text)));
        return $"{fileName}({line}): {ex.SqlState} {ex.MessageText}{(detail.Length == 0 ? "" : $" ({detail})")}";
    }
}
