using AiTeams.HumanInTheLoop.Asking;
using AiTeams.HumanInTheLoop.Resuming;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.HumanInTheLoop.Deadlines;

/// <summary>Reminds everybody who was asked, once, some time before the end (domain section 6.7). It touches only rows that are due.</summary>
internal sealed partial class RemindPeople(NpgsqlDataSource database, HilAlarm alarm, TimeProvider clock, ILogger<RemindPeople> logger) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    private const string Claim = """
        WITH due AS MATERIALIZED (
            SELECT id FROM human_interactions
            WHERE status = 'pending' AND warning_sent_at IS NULL AND remind_at <= clock_timestamp() AND timeout_at > clock_timestamp()
            ORDER BY remind_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE human_interactions h SET warning_sent_at = clock_timestamp() FROM due WHERE h.id = due.id RETURNING h.id, h.timeout_action, h.request_data ? 'escalation'
        """;

    /// <summary>Reminds of one batch and returns how many rows were due.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = new List<(Guid Id, int Number)>();
        await using (var batch = connection.CreateBatch())
        {
            batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(Batch)));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                // After it was passed on there is a second end, and a second reminder.
                due.Add((reader.GetGuid(0), reader.GetBoolean(2) && reader.GetString(1) != "escalate" ? 1 : 0));
            }
        }

        if (due.Count == 0)
        {
            return 0;
        }

        await using var told = connection.CreateBatch();
        foreach (var (id, number) in due)
        {
            told.BatchCommands.Add(DeliveryRows.ToAll(id, "warning", number));
        }

        await told.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        alarm.Ring();
        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await Task.Delay(LongestSleep, clock, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "People could not be reminded; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
