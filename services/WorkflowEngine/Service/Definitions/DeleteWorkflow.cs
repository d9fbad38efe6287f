using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.ServiceDefaults.Routes;
using Npgsql;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// Removes a workflow with everything that belongs to it: versions, projection, executions, whether they run or not. Two deletions
/// at the same time may both say so: consumers of the event know it may come twice.
/// </summary>
internal sealed partial class DeleteWorkflow(UserDatabase database, Outbox outbox, TimeProvider clock, ILogger<DeleteWorkflow> logger)
{
    private const int MostAttempts = 5;

    public async Task<IResult> HandleAsync(WorkflowId id, Caller caller, CancellationToken cancellationToken)
    {
        var exists = await database.QueryAsync(
            caller,
            Statement.Of("SELECT 1 FROM workflows WHERE id = $1", Statement.Uuid(id.Value)),
            (reader, token) => reader.ReadAsync(token),
            cancellationToken);
        if (!exists)
        {
            throw Problems.NotFound("workflow");
        }

        for (var attempt = 1; !await TryDeleteAsync(caller, id.Value, isLast: attempt == MostAttempts, cancellationToken); attempt++)
        {
            LogAgain(id.Value, attempt);
        }
        outbox.Wake();

        LogDeleted(id.Value);
        return Results.NoContent();
    }

    /// <summary>
    /// False when it met a flush of the engine: that holds an execution and wants the workflow, we hold the workflow and want its
    /// executions, and Postgres ended one of the two. The last attempt's failure is the caller's.
    /// </summary>
    private async Task<bool> TryDeleteAsync(Caller caller, Guid workflowId, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            return await database.QueryAsync(
                caller,
                [
                    Statement.Of("DELETE FROM workflows WHERE id = $1", Statement.Uuid(workflowId)),
                    UserDatabase.BackToService(),
                    outbox.Insert(new WorkflowDeleted(caller.UserId, workflowId, clock.GetUtcNow())),
                ],
                (_, _) => Task.FromResult(true),
                cancellationToken);
        }
        catch (PostgresException deadlock) when (deadlock.SqlState == PostgresErrorCodes.DeadlockDetected && !isLast)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Deleting workflow {WorkflowId} met its running executions in attempt {Attempt}")]
    private partial void LogAgain(Guid workflowId, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "Workflow {WorkflowId} deleted")]
    private partial void LogDeleted(Guid workflowId);
}
