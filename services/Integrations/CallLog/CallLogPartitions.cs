using Npgsql;

namespace AiTeams.Integrations.CallLog;

/// <summary>
/// Keeps partitions of external_api_call_logs ahead of the calendar and drops the months whose last call is older than
/// <see cref="RetentionSetting"/> days.
/// </summary>
internal sealed partial class CallLogPartitions(
    NpgsqlDataSource database, IConfiguration configuration, TimeProvider clock, ILogger<CallLogPartitions> logger) : BackgroundService
{
    public const string RetentionSetting = "Integrations:Retention:ApiCallLogDays";

    private const int DefaultRetentionDays = 90;
    private const int MonthsAhead = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(12);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private readonly int _retentionDays = configuration.GetValue(RetentionSetting, DefaultRetentionDays);

    /// <summary>Makes the partitions that are missing, then drops those that have outlived the retention; returns how many of each.</summary>
    public async Task<(int Made, int Dropped)> RunOnceAsync(CancellationToken cancellationToken)
    {
        // Each in a transaction of its own: behind a long read the drop gives up, and that must not undo the making.
        var made = await CallAsync("SELECT maintain_api_call_log_partitions($1)", MonthsAhead, cancellationToken);
        var dropped = await CallAsync("SELECT cleanup_old_api_call_logs($1)", _retentionDays, cancellationToken);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Months} months of API calls dropped: older than {Days} days")]
    private partial void LogDropped(int months, int days);

    [LoggerMessage(Level = LogLevel.Error, Message = "Partitions of the API call log could not be made ahead or dropped")]
    private partial void LogFailed(Exception exception);
}
