using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace AiTeams.WorkflowEngine.Reporting;

/// <summary>
/// Adds what has ended to execution_metrics_*: a dashboard lags a few seconds behind. What a round takes from the queue and what it adds is
/// one transaction, so a round that is cut off, repeated or run by two engines counts nothing twice.
/// </summary>
internal sealed partial class RefreshExecutionMetrics(NpgsqlDataSource database, TimeProvider clock, ILogger<RefreshExecutionMetrics> logger)
    : BackgroundService
{
    /// <summary>A tenth of a second of work: a workflow that is being deleted waits no longer than that.</summary>
    internal const int Batch = 2_000;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <summary>Adds up one batch and returns how many executions that were; 0 too when another engine is at it.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT refresh_execution_metrics($1)");
        command.Parameters.Add(new() { Value = Batch });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failed round must not end the duty.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // A batch that is not full leaves the rest to grow: many runs of a workflow cost one row to write, not many.
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Execution metrics could not be added up; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
