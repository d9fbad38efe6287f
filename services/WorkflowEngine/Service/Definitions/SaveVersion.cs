using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.WorkflowEngine.Statements;
using Npgsql;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// Makes a document the next version of a workflow. Looks at the current version, then writes the next one: of two saves that saw
/// the same version one fails on the key of workflow_versions as a whole, and looks again.
/// </summary>
internal sealed partial class SaveVersion(UserDatabase database, Outbox outbox, TimeProvider clock, ILogger<SaveVersion> logger)
{
    private const int MostAttempts = 10;

    /// <param name="expected">The states If-Match allows to replace; null: whichever is the latest.</param>
    public async Task<WorkflowAnswer> HandleAsync(
        Caller caller, Guid workflowId, AuthoredWorkflow workflow, IReadOnlyCollection<long>? expected, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var current = await LookAsync(caller, workflowId, workflow, cancellationToken) ?? throw Problems.NotFound("workflow");
            if (expected is not null && !expected.Contains(current.RowVersion))
            {
                throw Problems.PreconditionFailed($"The workflow is at version {current.Version} by now. Read it again and repeat the change.");
            }
            if (current.Unchanged is { } answer)
            {
                return answer;
            }
            if (await TryWriteAsync(caller, workflowId, current.Version + 1, workflow, cancellationToken) is { } saved)
            {
                outbox.Wake();
                LogSaved(workflowId, current.Version + 1);
                return saved;
            }
        }
        throw Problems.Conflict("The workflow is being saved by others all the time. Try again in a moment.", "workflow_contended");
    }

    private Task<Current?> LookAsync(Caller caller, Guid workflowId, AuthoredWorkflow workflow, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller,
            Statement.Of(
                $"""
                SELECT w.latest_version, w.row_version, w.workflow_data = $2, {WorkflowAnswer.Columns("$3::jsonb")}
                FROM workflows w WHERE w.id = $1
                """,
                Statement.Uuid(workflowId), Statement.Json(workflow.Json), Statement.Json(WorkflowAnswer.WarningsJson(workflow.Warnings))),
            async (reader, token) => await reader.ReadAsync(token)
                ? new Current(
                    reader.GetInt32(0), reader.GetInt64(1), reader.GetBoolean(2) ? WorkflowAnswer.Read(reader, firstColumn: 3) : null)
                : null,
            cancellationToken);

    /// <summary>Null when another save or a deletion came first.</summary>
    private async Task<WorkflowAnswer?> TryWriteAsync(
        Caller caller, Guid workflowId, int version, AuthoredWorkflow workflow, CancellationToken cancellationToken)
    {
        List<NpgsqlBatchCommand> batch =
        [
            WorkflowStatements.Update(workflowId, version, workflow),
            WorkflowStatements.InsertVersion(workflowId, version),
            .. WorkflowStatements.DropProjection(workflowId, workflow),
            .. WorkflowStatements.Project(caller, workflowId, workflow),
            WorkflowAnswer.Select(workflowId, workflow.Warnings),
            UserDatabase.BackToService(),
            outbox.Insert(new WorkflowSaved(caller.UserId, workflowId, version, clock.GetUtcNow())),
        ];
        try
        {
            return await database.QueryAsync(caller, batch, WorkflowAnswer.ReadAsync, cancellationToken);
        }
        catch (PostgresException lost) when (lost.SqlState is PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Workflow {WorkflowId} saved as version {Version}")]
    private partial void LogSaved(Guid workflowId, int version);

    private sealed record Current(int Version, long RowVersion, WorkflowAnswer? Unchanged);
}
