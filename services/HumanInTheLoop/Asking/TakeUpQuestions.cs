using AiTeams.Contracts.Events;
using AiTeams.HumanInTheLoop.Deciding;
using AiTeams.HumanInTheLoop.Resuming;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Messaging;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Asking;

/// <summary>
/// Takes up what the engine has written: of a new question the messages that put it to people, of one it has withdrawn those that tell them. The engine
/// notifies; without its notification a look every second finds them. Any number of services at once.
/// </summary>
internal sealed partial class TakeUpQuestions(NpgsqlDataSource database, Outbox outbox, HilAlarm alarm, TimeProvider clock, ILogger<TakeUpQuestions> logger)
    : BackgroundService
{
    private const string Channel = "human_interactions";
    private const int Batch = 100;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private const string Claim = $"""
        WITH new AS MATERIALIZED (
            SELECT id FROM human_interactions WHERE status = 'pending' AND dispatched_at IS NULL ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE human_interactions h SET dispatched_at = clock_timestamp() FROM new WHERE h.id = new.id
        RETURNING {Interaction.Columns}
        """;

    private const string Withdrawn = """
        WITH withdrawn AS MATERIALIZED (
            SELECT id FROM human_interactions WHERE status = 'cancelled' AND outcome IS NULL ORDER BY updated_at LIMIT $1 FOR UPDATE SKIP LOCKED),
        noted AS (
            UPDATE human_interactions h SET outcome = 'failed' FROM withdrawn w WHERE h.id = w.id),
        dropped AS (
            UPDATE hil_deliveries d SET status = 'dropped' FROM withdrawn w WHERE d.interaction_id = w.id AND d.status = 'queued'),
        told AS (
            INSERT INTO hil_deliveries (interaction_id, user_id, channel_type, recipient, message_type, status, sent_at)
            SELECT DISTINCT d.interaction_id, d.user_id, d.channel_type, d.recipient, 'cancelled', CASE d.channel_type WHEN 'in_app' THEN 'sent' ELSE 'queued' END,
                CASE d.channel_type WHEN 'in_app' THEN clock_timestamp() END
            FROM withdrawn w JOIN hil_deliveries d ON d.interaction_id = w.id WHERE d.status = 'sent' AND d.message_type IN ('request', 'escalated')
            ON CONFLICT DO NOTHING)
        SELECT count(*) FROM withdrawn
        """;

    /// <summary>Takes up one batch of each and returns how many there were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var taken = await TakeUpAsync(cancellationToken) + await TakeBackAsync(cancellationToken);
        if (taken > 0)
        {
            outbox.Wake();
            alarm.Ring();
        }

        return taken;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var listener = await Listener.OpenAsync(database, Channel, heard: null, stoppingToken);
                while (true)
                {
                    if (await RunOnceAsync(stoppingToken) == 0)
                    {
                        await listener.WaitAsync(Idle, stoppingToken);
                    }
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(Idle, clock, stoppingToken);
            }
        }
    }

    private async Task<int> TakeUpAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var asked = new List<Interaction>();
        await using (var claim = connection.CreateBatch())
        {
            claim.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(Batch)));
            await using var reader = await claim.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                asked.Add(Interaction.Read(reader));
            }
        }

        if (asked.Count == 0)
        {
            return 0;
        }

        await using var batch = connection.CreateBatch();
        foreach (var interaction in asked)
        {
            batch.BatchCommands.Add(DeliveryRows.To(Recipients.Of(interaction.Question), interaction.Id, interaction.UserId, "request"));
        }

        batch.BatchCommands.Add(outbox.Insert([.. asked.Select(interaction => (object)new InteractionRequested(
            interaction.UserId, interaction.WorkflowId, interaction.Question.ExecutionId, interaction.NodeId, interaction.Id, interaction.TimeoutAt))]));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return asked.Count;
    }

    private async Task<int> TakeBackAsync(CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Withdrawn, Statement.Integer(Batch)));
        return (int)(long)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "New questions could not be taken up; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
