using AiTeams.ServiceDefaults.Identity;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.ServiceDefaults.Database;

/// <summary>
/// Statements on behalf of a user: as role authenticated, with the caller's claims, so that row-level security decides what
/// they see. Role and claims ride in front of the statements in one round trip. The batch is one implicit transaction: the
/// statements succeed or fail together, and role and claims end with it.
/// </summary>
public sealed class UserDatabase(NpgsqlDataSource dataSource)
{
    // Claims first: after the role has changed, nothing runs that is not the user's.
    private const string BecomeUser = "SELECT set_config('request.jwt.claims', $1, true), set_config('role', 'authenticated', true)";

    /// <param name="read">Gets the reader before the first row of the statement's result.</param>
    public Task<T> QueryAsync<T>(
        Caller caller, NpgsqlBatchCommand command, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        QueryAsync(caller, [command], read, cancellationToken);

    /// <param name="read">Gets the reader before the first row of the first statement's result; it moves on with NextResultAsync.</param>
    public async Task<T> QueryAsync<T>(
        Caller caller,
        IReadOnlyList<NpgsqlBatchCommand> commands,
        Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(commands);
        ArgumentNullException.ThrowIfNull(read);
        await using var batch = dataSource.CreateBatch();
        Fill(batch, caller, commands);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var result = await read(reader, cancellationToken);

        // A statement may fail after the rows that were read. Until the last one is through, the transaction is not committed.
        while (await reader.NextResultAsync(cancellationToken))
        {
        }

        return result;
    }

    /// <returns>How many rows the statement changed.</returns>
    public Task<int> ExecuteAsync(Caller caller, NpgsqlBatchCommand command, CancellationToken cancellationToken) =>
        QueryAsync(caller, [command], (reader, _) => Task.FromResult(Math.Max(reader.RecordsAffected, 0)), cancellationToken);

    /// <summary>What follows this statement in a batch runs as the service again, in the same transaction: an event for the outbox.</summary>
    public static NpgsqlBatchCommand BackToService() => new("SELECT set_config('role', 'none', true)");

    private static void Fill(NpgsqlBatch batch, Caller caller, IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BecomeUser)
        {
            Parameters = { new NpgsqlParameter { Value = caller.ClaimsJson, NpgsqlDbType = NpgsqlDbType.Text } },
        });
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }
    }
}
