using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions.Comparison;
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
    /// <param name="restoredFrom">The version this document is of, when an earlier one comes back.</param>
    public async Task<WorkflowAnswer> HandleAsync(
        Caller caller, Guid workflowId, AuthoredWorkflow workflow, IReadOnlyCollection<long>? expected, CancellationToken cancellationToken,
        int? restoredFrom = null)
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
            var next = new VersionRow(
                current.Version + 1, restoredFrom, ChangeSummary.Of(WorkflowDiff.Between(current.Document, workflow.Document.Source)).ToString());
            if (await TryWriteAsync(caller, workflowId, next, workflow, cancellationToken) is { } saved)
            {
                outbox.Wake();
                LogSaved(workflowId, next.Version);
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
                SELECT w.latest_version, w.row_version, CASE WHEN w.workflow_data = $2 THEN NULL ELSE w.workflow_data END,
                    {WorkflowAnswer.Columns("$3::jsonb")}
                FROM workflows w WHERE w.id = $1
                """,
                Statement.Uuid(workflowId), Statement.Json(workflow.Json), Statement.Json(WorkflowAnswer.WarningsJson(workflow.Warnings))),
            async (reader, token) => await reader.ReadAsync(token)
                ? new Current(
                    reader.GetInt32(0), reader.GetInt64(1), reader.Json(2) is { } document ? JsonData.From(document) : default,
                    await reader.IsDBNullAsync(2, token) ? WorkflowAnswer.Read(reader, firstColumn: 3) : null)
                : null,
            cancellationToken);

    /// <summary>Null when another save or a deletion came first.</summary>
    private async Task<WorkflowAnswer?> TryWriteAsync(
        Caller caller, Guid workflowId, VersionRow row, AuthoredWorkflow workflow, CancellationToken cancellationToken)
    {
        List<NpgsqlBatchCommand> batch =
        [
            WorkflowStatements.Update(workflowId, row.Version, workflow),
            WorkflowStatements.InsertVersion(workflowId, row),
            .. WorkflowStatements.DropProjection(workflowId, workflow),
            .. WorkflowStatements.Project(caller, workflowId, workflow),
            WorkflowAnswer.Select(workflowId, workflow.Warnings),
            UserDatabase.BackToService(),
            outbox.Insert(new WorkflowSaved(caller.UserId, workflowId, row.Version, clock.GetUtcNow())),
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

    /// <param name="Document">Missing when it is the same as the one to be saved, which is then answered as <paramref name="Unchanged"/>.</param>
    private sealed record Current(int Version, long RowVersion, JsonData Document, WorkflowAnswer? Unchanged);
}
