using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AiTeams.ServiceDefaults.Hosting;
using AiTeams.ServiceDefaults.Telemetry;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;

namespace AiTeams.ServiceDefaults.Messaging;

/// <summary>Sends this service's stored events. Replicas share the work: each row is locked by the one that sends it.</summary>
internal sealed partial class OutboxDispatcher(
    NpgsqlDataSource dataSource, IBusControl bus, Outbox outbox, ILogger<OutboxDispatcher> logger) : BackgroundService
{
    // More publishes in flight than this and the bus may not recover from a restart of the broker.
    private const int InFlight = 16;

    // A commit for each sixteen would be most of the commits there are: one that is behind takes more at once.
    private const string Claim = """
        SELECT id, type, payload::text, traceparent FROM messaging.outbox
        WHERE service = current_user ORDER BY seq LIMIT 512 FOR UPDATE SKIP LOCKED
        """;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishPatience = TimeSpan.FromSeconds(5);

    private bool _failing;

    /// <summary>Sends the oldest events, sixteen at a time, and deletes those the broker has confirmed, in one transaction.</summary>
    /// <returns>How many were sent.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            // Not started yet, or the broker is away. Before our own queues are bound an event for ourselves would vanish.
            return 0;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<StoredEvent> events;
        using (SuppressInstrumentationScope.Begin())
        {
            // No span of its own for a look that mostly finds nothing.
            events = await ClaimAsync(connection, cancellationToken);
        }

        if (events.Count == 0)
        {
            return 0;
        }

        var sent = new List<Guid>(events.Count);
        Exception? failed = null;
        foreach (var some in events.Chunk(InFlight))
        {
            var outcomes = await Task.WhenAll(some.Select(stored => PublishAsync(stored, cancellationToken)));
            var before = sent.Count;
            sent.AddRange(some.Zip(outcomes).Where(pair => pair.Second is null).Select(pair => pair.First.Id));
            failed ??= outcomes.FirstOrDefault(failure => failure is not null);
            if (sent.Count == before)
            {
                break;                                    // the broker is away: no use in asking it for each of them
            }
        }

        await using var delete = new NpgsqlCommand("DELETE FROM messaging.outbox WHERE id = ANY($1)", connection, transaction)
        {
            Parameters = { new NpgsqlParameter { Value = sent.ToArray() } },
        };
        await delete.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        Tell(failed);
        return sent.Count;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failed round must not end the duty.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await outbox.WaitAsync(Idle, stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Tell(failure);
                await Task.Delay(Idle, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task<List<StoredEvent>> ClaimAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Nobody waits for this commit, and should it be lost with the server, the events are sent once more, which they may be anyway.
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("SET LOCAL synchronous_commit = off"), new(Claim) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new StoredEvent(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetString(3)));
        }

        return events;
    }

    /// <returns>Why it was not sent; null when the broker has it.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "One event that cannot be sent must not keep back the others.")]
    private async Task<Exception?> PublishAsync(StoredEvent stored, CancellationToken cancellationToken)
    {
        try
        {
            var type = EventTypes.Find(stored.Type) ?? throw new InvalidOperationException($"There is no event type {stored.Type}.");
            var @event = JsonSerializer.Deserialize(stored.Payload, type, JsonConventions.Options)!;

            _ = ActivityContext.TryParse(stored.TraceParent, null, out var origin);
            using var span = AiTeamsSource.Messaging.StartActivity($"outbox {stored.Type}", ActivityKind.Producer, origin);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(PublishPatience);
            await bus.Publish(@event, type, context => context.MessageId = stored.Id, patience.Token);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    // Once per outage: with the broker away this would be said every second.
    private void Tell(Exception? failure)
    {
        if (failure is not null && !_failing)
        {
            LogFailed(failure.Message);
        }

        _failing = failure is not null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events stay in the outbox for now: {Reason}")]
    private partial void LogFailed(string reason);

    private sealed record StoredEvent(Guid Id, string Type, string Payload, string? TraceParent);
}
