using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AiTeams.Scheduler.Insight;

/// <summary>
/// Looks every few seconds how far the schedulers are behind: a clock that struck and nobody noticed, a delivery no engine takes. More than half a
/// minute is told in the health report, as degraded: more of the same process would not help when it is the engine that is away.
/// </summary>
internal sealed partial class Backlog(NpgsqlDataSource database, SchedulerMetrics metrics, TimeProvider clock, ILogger<Backlog> logger) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    // The queue by when it was due, not by the next attempt: a delivery that is tried in vain again and again is waiting all the while.
    private const string Look = """
        SELECT clock_timestamp() - (SELECT min(next_fire_at) FROM trigger_index
                WHERE is_active AND deployment_status = 'active' AND next_fire_at <= (SELECT clock_timestamp())),
            clock_timestamp() - (SELECT min(due_at) FROM trigger_firings WHERE status = 'queued' AND overlap_policy <> 'queue'),
            (SELECT count(*) FROM (SELECT 1 FROM trigger_firings WHERE status = 'queued' LIMIT 100000) q)
        """;

    private volatile HealthState _state = new(TimeSpan.Zero, TimeSpan.Zero, 0);

    /// <summary>Looks once, and returns how far behind.</summary>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Look);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var state = new HealthState(Span(reader, 0), Span(reader, 1), reader.GetInt64(2));
        _state = state;
        var lag = state.Clock > state.Queue ? state.Clock : state.Queue;
        metrics.Behind(lag, state.Waiting);
        return lag;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = _state;
        return Task.FromResult(
            state.Clock > Tolerated ? HealthCheckResult.Degraded($"Schedules are {state.Clock.TotalSeconds:0} s behind.")
            : state.Queue > Tolerated ? HealthCheckResult.Degraded($"{state.Waiting} deliveries wait for an engine, the oldest for {state.Queue.TotalSeconds:0} s.")
            : HealthCheckResult.Healthy());
    }

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
                LogFailed(ex.Message);                    // the database's own check tells about it
            }

            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    private static TimeSpan Span(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? TimeSpan.Zero : reader.GetTimeSpan(column);

    private sealed record HealthState(TimeSpan Clock, TimeSpan Queue, long Waiting);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The backlog could not be looked at: {Reason}")]
    private partial void LogFailed(string reason);
}
