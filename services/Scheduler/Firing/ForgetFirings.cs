using AiTeams.ServiceDefaults.Database;
using Npgsql;

namespace AiTeams.Scheduler.Firing;

/// <summary>
/// Deletes firings that were decided more than a week ago. The executions they started, and the keys they started them with, stay. While an execution goes on,
/// so does the firing that tells of it: the next one of its trigger may have to wait for it.
/// </summary>
internal sealed partial class ForgetFirings(NpgsqlDataSource database, TimeProvider clock, ILogger<ForgetFirings> logger) : BackgroundService
{
    private const int Batch = 5000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private const string Forget = """
        DELETE FROM trigger_firings WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM trigger_firings f WHERE decided_at < now() - interval '7 days' AND NOT EXISTS (
                SELECT FROM workflow_executions x WHERE x.execution_id = f.execution_id AND x.status NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT'))
            ORDER BY decided_at LIMIT $1 FOR UPDATE OF f SKIP LOCKED))
        """;

    /// <summary>Forgets one batch and returns how many firings that were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Forget, Statement.Integer(Batch)));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == Batch)
                {
                    continue;
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
            }

            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old firings could not be deleted; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
