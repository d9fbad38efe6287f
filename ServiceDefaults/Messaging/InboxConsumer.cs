using MassTransit;
using Npgsql;

namespace AiTeams.ServiceDefaults.Messaging;

/// <summary>
/// Consumes each message once, however often it is delivered: that it was received is stored in the transaction of its effect.
/// </summary>
/// <param name="dataSource">The service's own, so the effect runs as the service's role.</param>
public abstract class InboxConsumer<T>(NpgsqlDataSource dataSource) : IConsumer<T>
    where T : class
{
    /// <summary>The effect, through <paramref name="connection"/> and inside its open transaction. Thrown out of, it is delivered again later.</summary>
    protected abstract Task HandleAsync(T message, NpgsqlConnection connection, CancellationToken cancellationToken);

    /// <summary>After the commit, once per effect at most: the place to wake duties.</summary>
    protected virtual void Committed(T message)
    {
    }

    public async Task Consume(ConsumeContext<T> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id cannot be consumed once.");
        await using var connection = await dataSource.OpenConnectionAsync(context.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(context.CancellationToken);

        // A second delivery that is handled at the same time waits here for the first one's commit.
        await using var receive = new NpgsqlCommand(
            "INSERT INTO messaging.inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection, transaction)
        {
            Parameters = { new NpgsqlParameter { Value = GetType().Name }, new NpgsqlParameter { Value = messageId } },
        };
        if (await receive.ExecuteNonQueryAsync(context.CancellationToken) == 0)
        {
            return;
        }

        await HandleAsync(context.Message, connection, context.CancellationToken);
        await transaction.CommitAsync(context.CancellationToken);
        Committed(context.Message);
    }
}
