using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace AiTeams.Migrator;

/// <summary>Opens the one connection a run uses, waiting for a database that is still starting.</summary>
internal static class DatabaseConnection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString, TextWriter output, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,               // the advisory lock lives and dies with this session
            ApplicationName = "migrator",
            IncludeFailedBatchedCommand = true,
        };
        var started = Stopwatch.GetTimestamp();
        var isToldToWait = false;
        while (true)
        {
            var connection = new NpgsqlConnection(settings.ConnectionString);
            try
            {
                await connection.OpenAsync(cancellationToken);
                return connection;
            }
            catch (NpgsqlException ex) when (IsStarting(ex) && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await connection.DisposeAsync();
                if (!isToldToWait)
                {
                    isToldToWait = true;
                    await output.WriteLineAsync($"waiting for {settings.Host}:{settings.Port}/{settings.Database}: {ex.Message}");
                }

                await Task.Delay(Pause, cancellationToken);
            }
            catch (NpgsqlException ex)
            {
                await connection.DisposeAsync();
                throw new MigrationException($"{settings.Host}:{settings.Port}/{settings.Database} does not accept connections: {ex.Message}", ex);
            }
        }
    }

    /// <summary>Nobody listens yet, or it listens and is not ready. A wrong password or an unknown database does not get better by waiting.</summary>
    private static bool IsStarting(NpgsqlException ex) => ex switch
    {
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections,
        _ => ex.InnerException is SocketException or IOException or TimeoutException,
    };
}
