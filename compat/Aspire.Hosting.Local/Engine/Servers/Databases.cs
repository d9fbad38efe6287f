using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace AiTeams.LocalHosting;

/// <summary>Creates a database of the model where its server does not have it yet.</summary>
internal static class Databases
{
    // Two that create it at the same instant collide in the catalogue's index, before the friendlier check.
    private static readonly string[] AlreadyThere = [PostgresErrorCodes.DuplicateDatabase, PostgresErrorCodes.UniqueViolation];

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is why this database is not there; the host goes on.")]
    public static async Task RunAsync(PostgresDatabaseResource database, EngineContext engine, CancellationToken stopping)
    {
        try
        {
            var server = await engine.Board.WaitAsync(database.Parent.Name, status => status.IsReady || status.IsTerminal, stopping);
            if (!server.IsReady)
            {
                engine.Board.Set(database, new ResourceStatus(KnownResourceStates.FailedToStart, Reason: server.Describe()));
                return;
            }

            await CreateAsync(database, stopping);
            await engine.Eventing.PublishAsync(new ResourceReadyEvent(database, engine.Services), stopping);
            engine.Board.Set(database, new ResourceStatus(KnownResourceStates.Running, IsReady: true));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before the server was up.
        }
        catch (Exception exception)
        {
            engine.Log.Say($"{database.Name}: not created: {exception.Message}");
            engine.Board.Set(database, new ResourceStatus(KnownResourceStates.FailedToStart, Reason: exception.Message));
        }
    }

    private static async Task CreateAsync(PostgresDatabaseResource database, CancellationToken cancellationToken)
    {
        var text = await database.Parent.ConnectionStringExpression.GetValueAsync(cancellationToken);
        await using var connection = new NpgsqlConnection($"{text};Database=postgres;Pooling=false");
        await connection.OpenAsync(cancellationToken);
        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(database.DatabaseName);
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = database.DatabaseName } },
        };
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
        {
            return;
        }

        try
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {quoted}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (AlreadyThere.Contains(exception.SqlState))
        {
            // Somebody else was quicker.
        }
    }
}
