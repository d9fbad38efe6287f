using System.Diagnostics;
using AiTeams.Contracts.Events;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Messaging;
using AiTeams.WorkflowEngine.Sandbox;
using Npgsql;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>Stores a new workflow, its first version, its projection and the event in one transaction and one round trip.</summary>
internal sealed partial class CreateWorkflow(UserDatabase database, CodeCheck code, Outbox outbox, TimeProvider clock, ILogger<CreateWorkflow> logger)
{
    private const string Operation = "workflows.create";

    public async Task<IResult> HandleAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var workflow = await AuthoredWorkflow.AcceptAsync(await WorkflowBody.ReadAsync(request, cancellationToken), code, cancellationToken);
        var key = IdempotencyKey.From(request, workflow.Json);
        var id = Guid.CreateVersion7(clock.GetUtcNow());

        try
        {
            var created = await InsertAsync(caller, id, workflow, key, cancellationToken);
            outbox.Wake();
            LogCreated(id, workflow.Document.Nodes.Count);
            return created.ToCreated(replayed: false);
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_keys_pkey" })
        {
            return await ReplayAsync(caller, key ?? throw new UnreachableException(), workflow, cancellationToken);
        }
        catch (PostgresException gone) when (gone is { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "workflows_user_id_fkey" or "idempotency_keys_user_id_fkey" })
        {
            throw Problems.Unauthorized("The account of this token no longer exists.");
        }
    }

    // Of several requests with one key the first inserts its row and the others wait for it: when it commits they fail on the
    // primary key and answer what it created, when it rolls back one of them goes on.
    private Task<WorkflowAnswer> InsertAsync(Caller caller, Guid id, AuthoredWorkflow workflow, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var batch = new List<NpgsqlBatchCommand>();
        if (key is not null)
        {
            batch.Add(Statement.Of(
                "INSERT INTO idempotency_keys (user_id, operation, key, request_hash, resource_id) VALUES ($1, $2, $3, $4, $5)",
                Statement.Uuid(caller.UserId), Statement.Text(Operation), Statement.Text(key.Text), Statement.Bytes(key.RequestHash), Statement.Text(id.ToString())));
        }
        batch.Add(WorkflowStatements.Insert(caller, id, workflow));
        batch.Add(WorkflowStatements.InsertVersion(id, VersionRow.First));
        batch.AddRange(WorkflowStatements.Project(caller, id, workflow));
        batch.Add(WorkflowAnswer.Select(id, workflow.Warnings));
        batch.Add(UserDatabase.BackToService());
        batch.Add(outbox.Insert(new WorkflowSaved(caller.UserId, id, 1, clock.GetUtcNow())));

        return database.QueryAsync(caller, batch, ReadOnlyRowAsync, cancellationToken);
    }

    private static async Task<WorkflowAnswer> ReadOnlyRowAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        await WorkflowAnswer.ReadAsync(reader, cancellationToken) ?? throw new UnreachableException("A row that was just inserted is not visible.");

    private async Task<IResult> ReplayAsync(Caller caller, IdempotencyKey key, AuthoredWorkflow workflow, CancellationToken cancellationToken)
    {
        var earlier = Statement.Of(
            $"""
            SELECT k.request_hash, {WorkflowAnswer.Columns("$4::jsonb")}
            FROM idempotency_keys k LEFT JOIN workflows w ON w.id = k.resource_id::uuid
            WHERE k.user_id = $1 AND k.operation = $2 AND k.key = $3
            """,
            Statement.Uuid(caller.UserId), Statement.Text(Operation), Statement.Text(key.Text), Statement.Json(WorkflowAnswer.WarningsJson(workflow.Warnings)));

        return await database.QueryAsync(
            caller,
            earlier,
            async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.Conflict("The request with this key was undone; send it again.", "idempotency_key_released");
                }
                if (!reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(key.RequestHash))
                {
                    throw new ProblemException(
                        StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "The idempotency key belongs to another request",
                        "This key was already used with a different body.");
                }
                return await reader.IsDBNullAsync(1, token)
                    ? throw Problems.Conflict("The workflow this key created has been deleted.", "idempotency_resource_deleted")
                    : WorkflowAnswer.Read(reader, firstColumn: 1).ToCreated(replayed: true);
            },
            cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Workflow {WorkflowId} created with {NodeCount} nodes")]
    private partial void LogCreated(Guid workflowId, int nodeCount);
}
