using System.Data;
using Npgsql;

namespace AiTeams.Migrator;

/// <summary>
/// Roles are shared by all databases of a cluster, and no lock is: two migrators on two databases may both find a role missing. So the
/// script does nothing where there is nothing to do, and is run again when it met another one.
/// </summary>
internal sealed class Roles(NpgsqlConnection connection, TextWriter output)
{
    private const int Attempts = 20;

    public async Task EnsureAsync(IReadOnlyDictionary<string, string> passwords, CancellationToken cancellationToken)
    {
        await ExecuteAsync(Migrations.RolesSql, cancellationToken);
        foreach (var (role, password) in passwords)
        {
            // Logging in is the only question about a password that an administrator who is not a superuser may ask. It keeps a shared
            // role's row untouched when a hundred databases are migrated with the same password.
            if (!await CanLogInAsync(role, password, cancellationToken))
            {
                // The verifier and not the password, which would stand in the server's log if the statement failed.
                await ExecuteAsync($"ALTER ROLE {Quote(role)} PASSWORD '{ScramVerifier.Of(password)}'", cancellationToken);
                await output.WriteLineAsync($"password  {role}");
            }
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return;
            }
            catch (PostgresException ex) when (attempt < Attempts && HasMetAnother(ex))
            {
                await Task.Delay(Random.Shared.Next(5, 50), cancellationToken);
                if (connection.State != ConnectionState.Open)
                {
                    await connection.CloseAsync();
                    await connection.OpenAsync(cancellationToken);      // Npgsql gives a session up after an internal error
                }
            }
            catch (PostgresException ex)
            {
                throw new MigrationException($"roles: {ex.SqlState} {ex.MessageText} {ex.Hint}".TrimEnd(), ex);
            }
        }
    }

    /// <summary>"tuple concurrently updated" has no code of its own: PostgreSQL reports it as an internal error.</summary>
    private static bool HasMetAnother(PostgresException ex) =>
        ex.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected
        || (ex.SqlState == PostgresErrorCodes.InternalError && ex.MessageText.StartsWith("tuple concurrently", StringComparison.Ordinal));

    private async Task<bool> CanLogInAsync(string role, string password, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Username = role, Password = password };
        await using var probe = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await probe.OpenAsync(cancellationToken);
            return true;
        }
        catch (PostgresException ex)
        {
            // Any other refusal (no right to connect to this database yet, too many connections) comes after the password was accepted.
            return ex.SqlState is not (PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification);
        }
    }

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
