using System.Diagnostics.CodeAnalysis;
using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>A client repeats a request within minutes: keys are forgotten after a day, so the table stays as small as a day.</summary>
internal sealed partial class ForgetIdempotencyKeys(NpgsqlDataSource database, TimeProvider clock, ILogger<ForgetIdempotencyKeys> logger)
    : BackgroundService
{
    private const int Batch = 5000;
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    private const string Forget = """
        DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    /// <summary>Forgets one batch and returns how many keys that were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Forget, Statement.Moment(clock.GetUtcNow() - Life), Statement.Integer(Batch)));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failed round must not end the duty.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) < Batch)
                {
                    await Task.Delay(Idle, clock, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);
                await Task.Delay(Idle, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old idempotency keys could not be deleted; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
