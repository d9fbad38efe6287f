using AiTeams.Scheduler.Insight;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Scheduler.Firing;

/// <summary>
/// How often each trigger fired and failed, added to workflow_triggers every second: a firing does not pay for its counting. A scheduler that is
/// killed forgets the last second's counts; the executions themselves are the exact record.
/// </summary>
internal sealed partial class FiringCounters(NpgsqlDataSource database, SchedulerMetrics metrics, TimeProvider clock, ILogger<FiringCounters> logger) : BackgroundService
{
    private const int LongestError = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const string Count = """
        UPDATE workflow_triggers t SET
            trigger_count = t.trigger_count + c.fired, last_triggered_at = greatest(t.last_triggered_at, c.fired_at),
            error_count = t.error_count + c.failed, last_error = coalesce(c.error, t.last_error), last_error_at = greatest(t.last_error_at, c.failed_at)
        FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[], $5::integer[], $6::timestamptz[], $7::text[])
            AS c (workflow_id, node_id, fired, fired_at, failed, failed_at, error)
        WHERE t.workflow_id = c.workflow_id AND t.node_id = c.node_id
        """;

    private readonly Lock _gate = new();
    private Dictionary<(Guid WorkflowId, string NodeId), Counts> _counts = [];

    public void Fired(Guid workflowId, string nodeId, DateTimeOffset at)
    {
        metrics.Fired();
        Add(workflowId, nodeId, counts => counts with { Fired = counts.Fired + 1, FiredAt = at });
    }

    public void Failed(Guid workflowId, string nodeId, DateTimeOffset at, string error)
    {
        metrics.Failed();
        Add(workflowId, nodeId, counts => counts with
        {
            Failures = counts.Failures + 1,
            FailedAt = at,
            Error = error.Length <= LongestError ? error : error[..LongestError],
        });
    }

    /// <summary>No engine took it at once; it counts as fired when one does.</summary>
    public void Queued() => metrics.Queued();

    /// <summary>Adds what was counted since the last time, and returns for how many triggers.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        Dictionary<(Guid WorkflowId, string NodeId), Counts> counts;
        lock (_gate)
        {
            if (_counts.Count == 0)
            {
                return 0;
            }

            (counts, _counts) = (_counts, []);
        }

        // In one order everywhere, so that two schedulers never wait for each other in a circle.
        var rows = counts.OrderBy(row => row.Key.WorkflowId).ThenBy(row => row.Key.NodeId, StringComparer.Ordinal).ToList();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Count)
        {
            Parameters =
            {
                new() { Value = rows.Select(row => row.Key.WorkflowId).ToArray() },
                new() { Value = rows.Select(row => row.Key.NodeId).ToArray() },
                new() { Value = rows.Select(row => row.Value.Fired).ToArray() },
                new() { Value = rows.Select(row => row.Value.FiredAt?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = rows.Select(row => row.Value.Failures).ToArray() },
                new() { Value = rows.Select(row => row.Value.FailedAt?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = rows.Select(row => row.Value.Error).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        });
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(stoppingToken);
            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogFailed(ex);                                // counts are not worth holding anything up
        }
    }

    private void Add(Guid workflowId, string nodeId, Func<Counts, Counts> change)
    {
        lock (_gate)
        {
            _counts[(workflowId, nodeId)] = change(_counts.GetValueOrDefault((workflowId, nodeId), new Counts(0, null, 0, null, null)));
        }
    }

    private sealed record Counts(int Fired, DateTimeOffset? FiredAt, int Failures, DateTimeOffset? FailedAt, string? Error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counts of the last second are lost")]
    private partial void LogFailed(Exception exception);
}
