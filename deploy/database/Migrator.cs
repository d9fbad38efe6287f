using System.Diagnostics;
using Npgsql;

namespace AiTeams.Migrator;

/// <summary>Applies and reverts migrations on one database, keeps its reference rows up to date, and says what it did.</summary>
internal sealed class Migrator(IReadOnlyList<Migration> migrations, IReadOnlyList<ReferenceFile> references, TextWriter output)
{
    public Migrator(IReadOnlyList<Migration> migrations, TextWriter output)
        : this(migrations, [], output)
    {
    }

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

        var changed = (await ReferenceLedger.OpenAsync(connection, cancellationToken)).Pending(references);
        foreach (var file in changed)
        {
            await ApplyAsync(connection, file, cancellationToken);
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
        await ReferenceLedger.OpenAsync(connection, cancellationToken);
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

        var changed = (await ReferenceLedger.OpenAsync(connection, cancellationToken)).Pending(references);
        foreach (var file in references)
        {
            await output.WriteLineAsync($"{(changed.Contains(file) ? "pending" : "applied")}  reference {file.FileName}");
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

    private async Task ApplyAsync(NpgsqlConnection connection, ReferenceFile file, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, $"reference {file.FileName}", file.Text, asAdministrator: false, cancellationToken);
        await ReferenceLedger.RecordAsync(connection, file, Stopwatch.GetElapsedTime(started), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await output.WriteLineAsync($"applied  reference {file.FileName}  {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
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
        await ReferenceLedger.ForgetAllAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await output.WriteLineAsync($"reverted  {migration.FileName}");
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, string fileName, string sql, bool asAdministrator, CancellationToken cancellationToken)
    {
        // A migration may take as long as it takes: an index on a large table is no reason to give up half way.
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(new(asAdministrator ? "RESET ROLE" : "SET LOCAL ROLE aiteams_owner"));
        var statements = SqlScript.Split(sql);
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(new(statement.Text));
        }

        batch.BatchCommands.Add(new("RESET ROLE"));
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException ex)
        {
            var failed = ex.BatchCommand is NpgsqlBatchCommand command ? batch.BatchCommands.IndexOf(command) - 1 : -1;
            var offset = failed >= 0 && failed < statements.Count ? statements[failed].Offset + Math.Max(0, ex.Position - 1) : 0;
            throw new MigrationException(Explain($"{fileName}({SqlScript.LineAt(sql, offset)})", ex), ex);
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
            throw new MigrationException(Explain($"{migration.FileName}: skip when", ex), ex);
        }
    }

    private static string Explain(string place, PostgresException ex)
    {
        var more = string.Join(' ', new[] { ex.Detail, ex.Hint }.Where(text => !string.IsNullOrEmpty(text)));
        return $"{place}: {ex.SqlState} {ex.MessageText}{(more.Length == 0 ? "" : $" ({more})")}";
    }
}
