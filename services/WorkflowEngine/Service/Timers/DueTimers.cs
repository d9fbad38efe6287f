using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Runtime;
using AiTeams.WorkflowEngine.Statements;
using Npgsql;

namespace AiTeams.WorkflowEngine.Timers;

/// <summary>
/// Wakes executions whose durable timer is due. A paused execution belongs to nobody; claiming it makes it ours in one statement, and
/// SKIP LOCKED lets several engines pass each other. Executions that are in memory keep their own alarms; one that somebody has paused
/// sleeps on until it is resumed.
/// </summary>
internal sealed partial class DueTimers(
    NpgsqlDataSource database, EngineInstance engine, Heartbeat heartbeat, ExecutionRegistry registry, DueTimersAlarm alarm, TimeProvider clock,
    ILogger<DueTimers> logger)
    : BackgroundService
{
    private const int Batch = 200;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    // alive: one that was declared dead while it was away must not claim anything; its row is gone soon, and nobody takes over from nobody.
    private const string Claim = """
        WITH alive AS MATERIALIZED (SELECT id FROM engine_instances WHERE id = $1 AND status = 'active' FOR KEY SHARE),
        due AS MATERIALIZED (
            SELECT e.id FROM execution_timers t JOIN workflow_executions e ON e.execution_id = t.execution_id
            WHERE t.due_at <= $2 AND e.engine_id IS NULL AND e.status IN ('PAUSED', 'WAITING_FOR_HUMAN')
                AND NOT EXISTS (SELECT FROM workflow_execution_pauses p
                    WHERE p.execution_id = e.id AND p.status = 'active' AND p.pause_reason = 'manual')
            ORDER BY t.due_at LIMIT $3 FOR UPDATE OF e SKIP LOCKED)
        UPDATE workflow_executions e SET status = 'RUNNING', engine_id = $1 FROM due, alive WHERE e.id = due.id
        RETURNING e.execution_id
        """;

    /// <summary>Claims one batch of executions with a due timer and continues them here. Returns how many.</summary>
    public Task<int> RunOnceAsync(CancellationToken cancellationToken) =>
        registry.ContinueClaimedAsync(() => ClaimAsync(cancellationToken), cancellationToken);

    private async Task<List<string>> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var claim = database.CreateCommand(Claim);
        claim.Parameters.Add(new() { Value = engine.Id });
        claim.Parameters.Add(new() { Value = clock.GetUtcNow() });
        claim.Parameters.Add(new() { Value = Batch });
        return await claim.ReadTextsAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await heartbeat.Registered.WaitAsync(stoppingToken);
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
        await using var command = database.CreateCommand("SELECT min(due_at) FROM execution_timers WHERE due_at > $1");
        var now = clock.GetUtcNow();
        command.Parameters.Add(new() { Value = now });
        var until = now + LongestSleep;
        if (await command.ExecuteScalarAsync(cancellationToken) is DateTime next && next < until.UtcDateTime)
        {
            until = new DateTimeOffset(next, TimeSpan.Zero);
        }

        await alarm.SleepUntilAsync(until, clock, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of due timers failed")]
    private partial void LogFailed(Exception exception);
}
