using AiTeams.WorkflowEngine.Runtime;
using AiTeams.WorkflowEngine.Statements;
using Npgsql;

namespace AiTeams.WorkflowEngine.Ownership;

/// <summary>
/// Finds engines that died or stopped, declares them dead under their row's lock, and continues their executions here. A flush of the
/// dead engine holds that lock while it commits, so either its write is whole before the takeover or it fails after it.
/// </summary>
internal sealed partial class TakeOver(
    NpgsqlDataSource database, EngineInstance engine, Heartbeat heartbeat, ExecutionRegistry registry, TimeProvider clock, ILogger<TakeOver> logger)
    : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // SKIP LOCKED: a row that is being flushed under, or judged by another engine, is left for the next round. alive: of two that have not heard
    // from each other one judges, and not each the other.
    private const string Judge = """
        WITH alive AS MATERIALIZED (SELECT id FROM engine_instances WHERE id = $1 AND status = 'active' FOR KEY SHARE)
        UPDATE engine_instances SET status = 'dead'
        WHERE EXISTS (SELECT FROM alive) AND id IN (
            SELECT id FROM engine_instances
            WHERE id <> $1 AND (status = 'stopped' OR (status = 'active' AND $2 AND heartbeat_at < now() - $3))
            FOR UPDATE SKIP LOCKED)
        """;

    // An engine that froze, or lost its line, in the middle of a transaction would keep the rows it touched, its own among them, from everybody
    // for as long as it is frozen: to the server it is a client that thinks. Timeouts of the server do not see one that stopped half-way
    // through a batch. A session whose statement is at work is left alone. No right is needed for this: it is our own role's session.
    private const string EndSilentSessions = $"""
        SELECT count(pg_terminate_backend(s.pid))
        FROM engine_instances i JOIN pg_stat_activity s ON s.application_name = '{EngineInstance.SessionPrefix}' || i.id
        WHERE i.id <> $1 AND i.status = 'active' AND $2 AND i.heartbeat_at < now() - $3
            AND s.datname = current_database() AND s.usename = current_user
            AND s.wait_event_type = 'Client' AND s.xact_start < now() - interval '1 second'
        """;

    private const string Adopt = """
        WITH alive AS MATERIALIZED (SELECT id FROM engine_instances WHERE id = $1 AND status = 'active' FOR KEY SHARE),
        orphans AS MATERIALIZED (
            SELECT e.id FROM workflow_executions e JOIN engine_instances i ON i.id = e.engine_id
            WHERE i.status = 'dead' AND e.status IN ('NEW', 'RUNNING')
            LIMIT $2 FOR UPDATE OF e SKIP LOCKED)
        UPDATE workflow_executions e SET engine_id = $1 FROM orphans, alive WHERE e.id = orphans.id
        RETURNING e.execution_id
        """;

    private const string Owned = "SELECT execution_id FROM workflow_executions WHERE engine_id = $1 AND status IN ('NEW', 'RUNNING')";

    private const string Bury = """
        DELETE FROM engine_instances i
        WHERE i.status = 'dead' AND NOT EXISTS (SELECT FROM workflow_executions e WHERE e.engine_id = i.id AND e.status IN ('NEW', 'RUNNING'))
        """;

    /// <summary>Judges, adopts one batch and continues it. Returns how many executions were adopted.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await registry.ContinueStrandedAsync(cancellationToken);
        await registry.ContinueLostAsync(() => OwnedAsync(cancellationToken), cancellationToken);
        await using var end = About(EndSilentSessions);
        if (await end.ExecuteScalarAsync(cancellationToken) is long ended and > 0)
        {
            LogEnded(ended);
        }

        await using var judge = About(Judge);
        await judge.ExecuteNonQueryAsync(cancellationToken);

        var adopted = await registry.ContinueClaimedAsync(() => AdoptAsync(cancellationToken), cancellationToken);
        if (adopted == 0)
        {
            await using var bury = database.CreateCommand(Bury);
            await bury.ExecuteNonQueryAsync(cancellationToken);
            return 0;
        }

        LogAdopted(adopted);
        return adopted;
    }

    private NpgsqlCommand About(string othersThatAreSilent)
    {
        var command = database.CreateCommand(othersThatAreSilent);
        command.Parameters.Add(new() { Value = engine.Id });
        command.Parameters.Add(new() { Value = heartbeat.MayJudgeOthers });
        command.Parameters.Add(new() { Value = Heartbeat.Lease });
        return command;
    }

    private async Task<List<string>> AdoptAsync(CancellationToken cancellationToken)
    {
        await using var adopt = database.CreateCommand(Adopt);
        adopt.Parameters.Add(new() { Value = engine.Id });
        adopt.Parameters.Add(new() { Value = Batch });
        return await adopt.ReadTextsAsync(cancellationToken);
    }

    private async Task<List<string>> OwnedAsync(CancellationToken cancellationToken)
    {
        await using var owned = database.CreateCommand(Owned);
        owned.Parameters.Add(new() { Value = engine.Id });
        return await owned.ReadTextsAsync(cancellationToken);
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
                    await Task.Delay(Idle, clock, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(Idle, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Took over {Count} executions of an engine that is gone")]
    private partial void LogAdopted(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended {Count} sessions in which an engine had fallen silent during a transaction")]
    private partial void LogEnded(long count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A take-over round failed")]
    private partial void LogFailed(Exception exception);
}
