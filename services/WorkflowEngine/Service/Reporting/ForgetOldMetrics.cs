using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace AiTeams.WorkflowEngine.Reporting;

/// <summary>Hourly metrics are kept for two months, daily ones for two years.</summary>
internal sealed partial class ForgetOldMetrics(NpgsqlDataSource database, TimeProvider clock, ILogger<ForgetOldMetrics> logger) : BackgroundService
{
    private const int HourlyDays = 60;
    private const int DailyDays = 730;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(12);

    /// <summary>Deletes what is too old and returns how many rows that were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT cleanup_old_execution_metrics($1, $2)");
        command.Parameters.Add(new() { Value = HourlyDays });
        command.Parameters.Add(new() { Value = DailyDays });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failed round must not end the duty.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);
            }

            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old metrics could not be deleted; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
