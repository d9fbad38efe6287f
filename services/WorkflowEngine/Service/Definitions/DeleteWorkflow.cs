using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.WorkflowEngine.Statements;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// Removes a workflow with everything that belongs to it: versions, projection, executions, whether they run or not. Two deletions
/// at the same time may both say so: consumers of the event know it may come twice.
/// </summary>
internal sealed partial class DeleteWorkflow(UserDatabase database, Outbox outbox, TimeProvider clock, ILogger<DeleteWorkflow> logger)
{
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

        await database.QueryAsync(
            caller,
            [
                Statement.Of("DELETE FROM workflows WHERE id = $1", Statement.Uuid(id.Value)),
                UserDatabase.BackToService(),
                outbox.Insert(new WorkflowDeleted(caller.UserId, id.Value, clock.GetUtcNow())),
            ],
            (_, _) => Task.FromResult(true),
            cancellationToken);
        outbox.Wake();

        LogDeleted(id.Value);
        return Results.NoContent();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Workflow {WorkflowId} deleted")]
    private partial void LogDeleted(Guid workflowId);
}
