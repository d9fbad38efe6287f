using AiTeams.ServiceDefaults.Database;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Runtime;
using AiTeams.WorkflowEngine.Statements;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.WorkflowEngine.Executions.Controlling;

/// <summary>
/// Brings commands to the executions they are for. Those in this process's memory are told; one that waits, and belongs to nobody, is
/// claimed first; for one that has ended the answer is given here. A notification wakes every engine; without it, as behind a pooler that
/// shares connections, a look every <see cref="Idle"/> finds them.
/// </summary>
internal sealed partial class CommandDuty(
    NpgsqlDataSource database, EngineInstance engine, Heartbeat heartbeat, ExecutionRegistry registry, TimeProvider clock, ILogger<CommandDuty> logger)
    : BackgroundService
{
    /// <summary>The channel that says: there is a new command.</summary>
    public const string Channel = "execution_commands";

    private const int Batch = 500;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);

    private const string Pending = $"""
        SELECT {ExecutionCommand.Columns}, e.status, e.engine_id
        FROM execution_commands c JOIN workflow_executions e ON e.execution_id = c.execution_id
        WHERE c.decided_at IS NULL AND (e.engine_id IS NULL OR e.engine_id = $1 OR e.status IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT'))
        ORDER BY c.id LIMIT $2
        """;

    // Once more looked for an open command: between the look before and this the other engine may have obeyed it and put the run to sleep again.
    private const string Claim = """
        WITH alive AS MATERIALIZED (SELECT id FROM engine_instances WHERE id = $1 AND status = 'active' FOR KEY SHARE),
        unowned AS MATERIALIZED (
            SELECT id FROM workflow_executions e
            WHERE execution_id = ANY($2) AND engine_id IS NULL AND status IN ('NEW', 'PAUSED', 'WAITING_FOR_HUMAN')
                AND EXISTS (SELECT FROM execution_commands c WHERE c.execution_id = e.execution_id AND c.decided_at IS NULL)
            FOR UPDATE SKIP LOCKED)
        UPDATE workflow_executions e SET status = 'RUNNING', engine_id = $1 FROM unowned, alive WHERE e.id = unowned.id
        RETURNING e.execution_id
        """;

    private const string Decide = """
        UPDATE execution_commands SET outcome = $2, result_status = $3, code = $4, detail = $5, decided_at = now()
        WHERE id = $1 AND decided_at IS NULL
        """;

    /// <summary>Looks once and returns how many commands were there. What could be decided here is on disk when this returns.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var pending = await PendingAsync(cancellationToken);
        if (pending.Count == 0)
        {
            return 0;
        }

        foreach (var (_, command, status, _) in pending.Where(p => p.Status.IsTerminal()))
        {
            await DecideAsync(command, ControlVerdict.AfterTheEnd(command.Command.Kind, status), status, cancellationToken);
        }

        var open = pending.Where(p => !p.Status.IsTerminal()).ToLookup(p => p.IsOurs);
        await Task.WhenAll(open[true].GroupBy(p => p.ExecutionId).Select(group =>
            registry.Find(group.Key)?.ObeyAsync([.. group.Select(p => p.Command)]) ?? Task.CompletedTask));

        // Going on with an execution reads its commands along with the rest.
        await registry.ContinueClaimedAsync(() => ClaimAsync([.. open[false].Select(p => p.ExecutionId).Distinct()], cancellationToken), cancellationToken);

        return pending.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await heartbeat.Registered.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var listener = await Listener.OpenAsync(database, Channel, heard: null, stoppingToken);
                while (true)
                {
                    await RunOnceAsync(stoppingToken);
                    await listener.WaitAsync(Idle, stoppingToken);
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);                            // a failed round must not end the duty
                await Task.Delay(Idle, clock, stoppingToken);
            }
        }
    }

    private async Task<List<PendingCommand>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Pending);
        command.Parameters.Add(new() { Value = engine.Id });
        command.Parameters.Add(new() { Value = Batch });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var pending = new List<PendingCommand>();
        while (await reader.ReadAsync(cancellationToken))
        {
            pending.Add(new(
                reader.GetString(1), ExecutionCommand.Read(reader), ExecutionStatuses.Parse(reader.GetString(ExecutionCommand.ColumnCount)),
                !await reader.IsDBNullAsync(ExecutionCommand.ColumnCount + 1, cancellationToken)));
        }

        return pending;
    }

    private async Task<List<string>> ClaimAsync(string[] executionIds, CancellationToken cancellationToken)
    {
        if (executionIds.Length == 0)
        {
            return [];
        }

        await using var claim = database.CreateCommand(Claim);
        claim.Parameters.Add(new() { Value = engine.Id });
        claim.Parameters.Add(new() { Value = executionIds });
        return await claim.ReadTextsAsync(cancellationToken);
    }

    private async Task DecideAsync(ExecutionCommand about, ControlVerdict verdict, ExecutionStatus status, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Decide);
        command.Parameters.Add(new() { Value = about.Id });
        command.Parameters.Add(new() { Value = ExecutionCommand.ToWire(verdict.Outcome) });
        command.Parameters.Add(new() { Value = status.ToWire() });
        command.Parameters.Add(new() { Value = (object?)verdict.Code ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)verdict.Reason ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record PendingCommand(string ExecutionId, ExecutionCommand Command, ExecutionStatus Status, bool IsOurs);

    [LoggerMessage(Level = LogLevel.Error, Message = "Commands could not be looked for")]
    private partial void LogFailed(Exception exception);
}
