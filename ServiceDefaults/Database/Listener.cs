using Npgsql;

namespace AiTeams.ServiceDefaults.Database;

/// <summary>A connection of the pool that listens to one channel (LISTEN) and goes back as it came: connections are not reset between uses.</summary>
public sealed class Listener : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private Listener(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Returns when the channel is being listened to.</summary>
    /// <param name="heard">Gets each payload, while <see cref="WaitAsync"/> waits.</param>
    public static async Task<Listener> OpenAsync(NpgsqlDataSource database, string channel, Action<string>? heard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        var listener = new Listener(await database.OpenConnectionAsync(cancellationToken));
        try
        {
            listener._connection.Notification += (_, message) => heard?.Invoke(message.Payload);
            await listener.ExecuteAsync($"LISTEN {channel}", cancellationToken);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    /// <summary>True when something was heard, false after that time.</summary>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _connection.WaitAsync(atMost, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_connection.FullState == System.Data.ConnectionState.Open)
            {
                await ExecuteAsync("UNLISTEN *", CancellationToken.None);
            }
        }
        catch (NpgsqlException)
        {
            // broken, so the pool will not keep it
        }
        finally
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statement, _connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
