using System.Diagnostics;
using System.Text.Json;
using AiTeams.ServiceDefaults.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.ServiceDefaults.Messaging;

/// <summary>
/// Events are written in the transaction that makes them true and sent afterwards: rolled back, nobody hears of them;
/// committed, they are sent at least once, however long the broker is away.
/// </summary>
public sealed class Outbox(TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>The statement that stores the event. It runs as the service's own role: in a user's batch, put
    /// <see cref="Database.UserDatabase.BackToService"/> before it.</summary>
    /// <param name="event">A record of AiTeams.Contracts.Events.</param>
    public NpgsqlBatchCommand Insert(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var type = @event.GetType();
        return new NpgsqlBatchCommand("INSERT INTO messaging.outbox (id, type, payload, traceparent) VALUES ($1, $2, $3, $4)")
        {
            Parameters =
            {
                new NpgsqlParameter { Value = Guid.CreateVersion7(clock.GetUtcNow()) },
                new NpgsqlParameter { Value = EventTypes.NameOf(type) },
                new NpgsqlParameter { Value = JsonSerializer.Serialize(@event, type, JsonConventions.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new NpgsqlParameter { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }

    /// <summary>Call it after the commit: the event then leaves at once instead of with the next poll.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public void Dispose() => _wake.Dispose();

    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _wake.WaitAsync(atMost, cancellationToken);
}
