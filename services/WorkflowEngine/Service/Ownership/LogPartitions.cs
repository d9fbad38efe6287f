using Npgsql;

namespace AiTeams.WorkflowEngine.Ownership;

/// <summary>
/// Keeps partitions of workflow_execution_logs ahead of the calendar and drops the months whose last line is older than
/// <see cref="RetentionSetting"/> days: the engine owns the table, so it tends it.
/// </summary>
internal sealed partial class LogPartitions(
    NpgsqlDataSource database, IConfiguration configuration, TimeProvider clock, ILogger<LogPartitions> logger) : BackgroundService
{
    public const string RetentionSetting = "WorkflowEngine:Retention:ExecutionLogDays";

    private const int DefaultRetentionDays = 30;
    private const int MonthsAhead = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(12);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private readonly int _retentionDays = configuration.GetValue(RetentionSetting, DefaultRetentionDays);

    /// <summary>Makes the partitions that are missing, then drops those that have outlived the retention; returns how many of each.</summary>
    public async Task<(int Made, int Dropped)> RunOnceAsync(CancellationToken cancellationToken)
    {
        // One after the other and not in one transaction: behind a long read the drop gives up, and that must not undo the making.
        var made = await CallAsync("SELECT maintain_log_partitions($1)", MonthsAhead, cancellationToken);
        var dropped = await CallAsync("SELECT cleanup_old_execution_logs($1)", _retentionDays, cancellationToken);
        if (dropped > 0)
        {
            LogDropped(dropped, _retentionDays);
        }

        return (made, dropped);
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

    private async Task<int> CallAsync(string function, int argument, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(function);
        command.Parameters.Add(new() { Value = argument });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Months} months of execution logs dropped: older than {Days} days")]
    private partial void LogDropped(int months, int days);

    [LoggerMessage(Level = LogLevel.Error, Message = "Log partitions could not be made ahead or dropped")]
    private partial void LogFailed(Exception exception);
}
