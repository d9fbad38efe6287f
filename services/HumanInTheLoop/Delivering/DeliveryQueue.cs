using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Delivering;

/// <summary>
/// Rows of hil_deliveries as a queue. A claim moves the next attempt ahead for longer than an attempt may take: who dies with it leaves it to the others,
/// and a message may then go twice, under the same reference where the channel lets us choose it.
/// </summary>
internal sealed class DeliveryQueue(NpgsqlDataSource database, InteractionGate gate)
{
    private const string Claim = $"""
        WITH due AS MATERIALIZED (
            SELECT id FROM hil_deliveries WHERE status = 'queued' AND next_attempt_at <= clock_timestamp() ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED),
        claimed AS (
            UPDATE hil_deliveries d SET attempts = d.attempts + 1, next_attempt_at = clock_timestamp() + interval '2 minutes' FROM due WHERE d.id = due.id
            RETURNING d.id, d.interaction_id, d.channel_type, d.recipient, d.message_type, d.attempts, d.variables)
        SELECT {Interaction.Columns}, c.id, c.channel_type, c.recipient, c.message_type, c.attempts, c.variables, s.secrets -> c.channel_type::text,
            (SELECT r.reference FROM hil_deliveries r
             WHERE r.interaction_id = c.interaction_id AND r.channel_type = c.channel_type AND r.recipient = c.recipient AND r.id <> c.id
                AND r.message_type IN ('request', 'escalated') AND r.status = 'sent' ORDER BY r.sent_at LIMIT 1)
        FROM claimed c JOIN human_interactions h ON h.id = c.interaction_id LEFT JOIN hil_channel_secrets s ON s.interaction_id = c.interaction_id
        """;

    private const string Sent = """
        UPDATE hil_deliveries SET status = 'sent', sent_at = clock_timestamp(), reference = left($2, 500), error_message = NULL WHERE id = $1 AND status = 'queued'
        """;

    private const string Again = """
        UPDATE hil_deliveries SET next_attempt_at = clock_timestamp() + $2 * interval '1 millisecond', attempts = attempts - $3, error_message = left($4, 2000)
        WHERE id = $1 AND status = 'queued'
        """;

    private const string Failed = "UPDATE hil_deliveries SET status = 'failed', error_message = left($2, 2000) WHERE id = $1 AND status = 'queued'";

    private const string Dropped = "UPDATE hil_deliveries SET status = 'dropped' WHERE id = $1 AND status = 'queued'";

    private const string IsAnyoneAsked = """
        SELECT EXISTS (SELECT 1 FROM hil_deliveries WHERE interaction_id = $1 AND message_type IN ('request', 'escalated') AND status IN ('queued', 'sent'))
        """;

    // A day after the end nobody needs to be told that he comes too late.
    private const string Forget = """
        DELETE FROM hil_channel_secrets s USING human_interactions h
        WHERE h.id = s.interaction_id AND h.status <> 'pending' AND h.updated_at < clock_timestamp() - interval '1 day'
            AND NOT EXISTS (SELECT 1 FROM hil_deliveries d WHERE d.interaction_id = s.interaction_id AND d.status = 'queued')
        """;

    public async Task<IReadOnlyList<Delivery>> ClaimAsync(int atMost, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(atMost)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<Delivery>();
        while (await reader.ReadAsync(cancellationToken))
        {
            const int at = Interaction.ColumnCount;
            claimed.Add(new Delivery(
                reader.GetGuid(at), reader.GetString(at + 1), reader.GetString(at + 2), reader.GetString(at + 3), reader.GetInt32(at + 4),
                reader.Json(at + 5) ?? default, reader.Json(at + 6) ?? default, reader.Text(at + 7), Interaction.Read(reader)));
        }

        return claimed;
    }

    public Task SentAsync(Delivery delivery, string reference, CancellationToken cancellationToken) =>
        ExecuteAsync(Statement.Of(Sent, Statement.Uuid(delivery.Id), Statement.Text(reference)), cancellationToken);

    public Task AgainAsync(Delivery delivery, TimeSpan after, bool isAttempt, string reason, CancellationToken cancellationToken) => ExecuteAsync(
        Statement.Of(Again, Statement.Uuid(delivery.Id), Statement.Long((long)after.TotalMilliseconds), Statement.Integer(isAttempt ? 0 : 1), Statement.Text(reason)),
        cancellationToken);

    public Task DropAsync(Delivery delivery, CancellationToken cancellationToken) =>
        ExecuteAsync(Statement.Of(Dropped, Statement.Uuid(delivery.Id)), cancellationToken);

    /// <summary>It is given up. When that was the last way to put the question to anybody, the question ends with it (domain section 6.5, step 3).</summary>
    public async Task FailAsync(Delivery delivery, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Two last failures at once: the row's lock makes one of them see the other's.
        var open = delivery.PutsTheQuestion ? await InteractionGate.LockAsync(connection, delivery.Interaction.Id, cancellationToken) : null;
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Failed, Statement.Uuid(delivery.Id), Statement.Text(reason)));
        batch.BatchCommands.Add(Statement.Of(IsAnyoneAsked, Statement.Uuid(delivery.Interaction.Id)));
        if (open is var (interaction, now) && !(bool)(await batch.ExecuteScalarAsync(cancellationToken))!)
        {
            await gate.EndAsync(connection, interaction, Verdict.Undeliverable(interaction, reason, now), now, cancellationToken);
        }
        else if (open is null)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        gate.Announce();
    }

    /// <summary>Throws away the secrets of questions that are long over.</summary>
    public Task ForgetSecretsAsync(CancellationToken cancellationToken) => ExecuteAsync(Statement.Of(Forget), cancellationToken);

    private async Task ExecuteAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
