using Npgsql;

namespace AiTeams.Scheduler.Firing;

/// <summary>
/// Fires what the clock has made due: claims it, queues its firings and sets its next time, all in one transaction. Any number of schedulers at once; the
/// clock is the database's, so theirs may go as they like. Of what was due during a standstill each trigger's latest are made up for.
/// </summary>
internal sealed partial class FireSchedules(NpgsqlDataSource database, FiringQueue queue, TimeProvider clock, ILogger<FireSchedules> logger) : BackgroundService
{
    private const int Batch = 1000;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(10);

    /// <summary>Fires one batch and returns how many schedules were due.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var claimed = await ScheduleRows.ClaimAsync(connection, Batch, cancellationToken);
        if (claimed.Count == 0)
        {
            return 0;
        }

        var strikes = claimed.ConvertAll(row => row.Strike());

        await ScheduleRows.SaveAsync(connection, strikes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        queue.Wake();
        Report(strikes);
        return claimed.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await SleepAsync(stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(LongestSleep, clock, stoppingToken);
            }
        }
    }

    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        var due = await ScheduleRows.NextDueAsync(database, cancellationToken) ?? LongestSleep;
        await Task.Delay(due > LongestSleep ? LongestSleep : due < ShortestSleep ? ShortestSleep : due, clock, cancellationToken);
    }

    private void Report(List<Strike> strikes)
    {
        foreach (var strike in strikes)
        {
            if (strike.Missed > 0)
            {
                LogMissed(strike.Row.WorkflowId, strike.Row.NodeId, strike.Missed, strike.Row.DueAt, strike.Fired.Count);
            }

            if (strike.Error is not null)
            {
                LogBroken(strike.Row.WorkflowId, strike.Row.NodeId, strike.Error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{WorkflowId} {NodeId} was due {Missed} times since {Since} when nobody fired it; only the latest {Fired} are made up for")]
    private partial void LogMissed(Guid workflowId, string nodeId, long missed, DateTimeOffset since, int fired);

    [LoggerMessage(Level = LogLevel.Error, Message = "{WorkflowId} {NodeId} no longer listens: {Error}")]
    private partial void LogBroken(Guid workflowId, string nodeId, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due schedules could not be fired; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
