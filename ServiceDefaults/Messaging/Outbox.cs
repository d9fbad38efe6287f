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

    /// <summary>The same for many events in one statement; they are sent in the order of the list.</summary>
    public NpgsqlBatchCommand Insert(IReadOnlyList<object> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var now = clock.GetUtcNow();
        var ids = new Guid[events.Count];
        var types = new string[events.Count];
        var payloads = new string[events.Count];
        for (var at = 0; at < events.Count; at++)
        {
            var type = events[at].GetType();
            (ids[at], types[at]) = (Guid.CreateVersion7(now), EventTypes.NameOf(type));
            payloads[at] = JsonSerializer.Serialize(events[at], type, JsonConventions.Options);
        }

        return new NpgsqlBatchCommand("""
            INSERT INTO messaging.outbox (id, type, payload, traceparent)
            SELECT id, type, payload, $4 FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) WITH ORDINALITY AS e (id, type, payload, position)
            ORDER BY position
            """)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = ids },
                new NpgsqlParameter { Value = types },
                new NpgsqlParameter { Value = payloads, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
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
