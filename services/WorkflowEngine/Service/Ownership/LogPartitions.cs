using Npgsql;

namespace AiTeams.WorkflowEngine.Ownership;

/// <summary>Keeps partitions of workflow_execution_logs ahead of the calendar: the engine owns the table, so it tends it.</summary>
internal sealed partial class LogPartitions(NpgsqlDataSource database, TimeProvider clock, ILogger<LogPartitions> logger) : BackgroundService
{
    private const int MonthsAhead = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(12);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>Makes the partitions that are missing; returns how many.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT maintain_log_partitions($1)");
        command.Parameters.Add(new() { Value = MonthsAhead });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                pause = AfterFailure;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Log partitions could not be made ahead")]
    private partial void LogFailed(Exception exception);
}
