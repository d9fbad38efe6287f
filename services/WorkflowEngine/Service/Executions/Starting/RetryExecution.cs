using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Graph;
using AiTeams.WorkflowEngine.Executions.Reading;
using AiTeams.WorkflowEngine.Fairness;
using AiTeams.WorkflowEngine.Runtime;
using AiTeams.WorkflowEngine.Writing;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.WorkflowEngine.Executions.Starting;

/// <summary>
/// Version: a number, <c>"latest"</c>, or Missing for the version the execution ran. Data, unless Missing, is what the node begins with; without
/// a node it is the trigger's.
/// </summary>
internal sealed record RetryRequest(
    ExecutionId ExecutionId, string? FromNodeId, JsonData Data, JsonData Version, string? IdempotencyKey, string TriggeredBy);

/// <summary>
/// Runs an execution that has ended again, as a new one with the old one as its parent. What lies before the node it begins with, or beside it, is
/// not run again: its results are copied in the transaction that makes the new execution. 409 problem while the old one has not ended, 422
/// when the version has no such node.
/// </summary>
internal sealed class RetryExecution(
    UserDatabase database, ILoadExecutions executions, CompiledWorkflows workflows, StartExecution start, ExecutionRegistry registry,
    StaticData staticData, FairQueues queues, TimeProvider clock)
{
    private const string Find = """
        SELECT e.status, w.latest_version, again.execution_id, again.parent_execution_id = e.execution_id AND again.metadata->'retry' = $3
        FROM workflow_executions e
            JOIN workflows w ON w.id = e.workflow_id
            LEFT JOIN workflow_executions again ON again.user_id = e.user_id AND again.idempotency_key = $2
        WHERE e.execution_id = $1
        """;

    public async Task<StartedExecution> HandleAsync(Caller caller, RetryRequest request, CancellationToken cancellationToken)
    {
        var asked = RunScope.Retry(request.FromNodeId, request.Version, request.Data);
        var (status, latest, earlier) = await FindAsync(caller, request, asked, cancellationToken);
        if (earlier is not null)
        {
            return await start.ReplayAsync(caller, earlier, cancellationToken);
        }

        if (!status.IsTerminal())
        {
            throw Problems.Conflict($"The execution has not ended: it is {status.ToWire()}. Cancel it first.", "execution_not_ended");
        }

        var source = await LoadAsync(request.ExecutionId, cancellationToken);
        var version = VersionOf(request, source.Row.WorkflowVersion, latest);
        var workflow = version == source.Row.WorkflowVersion ? source.Workflow : await workflows.GetAsync(source.Row.WorkflowId, version, cancellationToken);
        var (row, data, kept) = Plan(caller, request, asked, source, workflow, version);
        row = row with { StaticData = await staticData.OfAsync(row.WorkflowId, workflow, cancellationToken) };
        using var place = await queues.Starts.EnterAsync(caller.UserId, row.WorkflowId, cancellationToken);
        var run = await StartExecution.ConfirmedAsync(registry.StartAsync(row, workflow, data, kept), clock, cancellationToken);
        if (run is null)
        {
            (_, _, earlier) = await FindAsync(caller, request, asked, cancellationToken);
            return await start.ReplayAsync(caller, earlier ?? throw StartExecution.Unconfirmed(), cancellationToken);
        }

        return new StartedExecution(row.ExecutionId, run.Status, Replayed: false, run.Left);
    }

    private (ExecutionRow Row, JsonData Data, IReadOnlyList<NodeRecord> Kept) Plan(
        Caller caller, RetryRequest request, JsonData asked, LoadedExecution source, CompiledWorkflow workflow, int version)
    {
        var before = RunScope.Apply(
            new ExecutionStart(source.Row.ExecutionId, "", source.Row.TriggerNodeId, "", source.Data, default) { IsTest = source.Row.Mode == "MANUAL" },
            source.Row.Metadata);
        if (before.Part is null && !workflow.HasTrigger(source.Row.TriggerNodeId))
        {
            throw Problems.Validation("unknown_trigger", $"Version {version} has no trigger '{source.Row.TriggerNodeId}', by which the execution began.", "/version");
        }

        if (before.Part is { } part && PartialRun.Problem(workflow, part.NodeId) is { } gone)
        {
            throw Problems.Validation(gone.Code, gone.Reason, "/version");
        }

        var (plan, problem) = RerunPlan.Of(workflow, before, request.FromNodeId, source.Workflow, source.Nodes);
        if (plan is null)
        {
            throw Problems.Validation(problem!.Value.Code, problem.Value.Reason, "/from_node_id");
        }

        var isFromTheBeginning = plan.FromNodeId == (before.Part?.NodeId ?? source.Row.TriggerNodeId);
        var data = isFromTheBeginning && !request.Data.IsMissing ? request.Data : source.Data;
        var metadata = JsonData.Object(("retry", asked), ("test", before.IsTest));
        if (before.Part is { } again)
        {
            metadata = metadata.With("part", JsonData.Object(("node_id", again.NodeId), ("alone", again.IsAlone)));
        }

        if (!isFromTheBeginning && !request.Data.IsMissing)
        {
            metadata = metadata.With("given_to", plan.FromNodeId);
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var row = new ExecutionRow(
            id, $"exec_{id:D}", source.Row.WorkflowId, version, caller.UserId, "RETRY", request.TriggeredBy, source.Row.TriggerNodeId,
            data.IsMissing ? null : data.ToString(), request.IdempotencyKey, clock.GetUtcNow().ToUnixTimeMilliseconds())
        {
            ParentExecutionId = source.Row.ExecutionId,
            Metadata = metadata.ToString(),
            KeptNodeIds = [.. plan.KeptNodeIds],
        };
        return (row, data, [.. source.Nodes.Where(node => plan.KeptNodeIds.Contains(node.NodeId))]);
    }

    private static int VersionOf(RetryRequest request, int ran, int latest)
    {
        if (request.Version.IsNull)
        {
            return ran;
        }

        if (request.Version.Text == "latest")
        {
            return latest;
        }

        return request.Version.TryGetInteger(out var version) && version >= 1 && version <= latest
            ? (int)version
            : throw Problems.Validation("unknown_version", $"version is \"latest\" or a number from 1 to {latest}.", "/version");
    }

    private async Task<LoadedExecution> LoadAsync(ExecutionId executionId, CancellationToken cancellationToken)
    {
        await foreach (var loaded in executions.LoadAsync([executionId.Value], cancellationToken))
        {
            return loaded;
        }

        throw Problems.NotFound("execution");
    }

    private Task<(ExecutionStatus Status, int Latest, string? Earlier)> FindAsync(
        Caller caller, RetryRequest request, JsonData asked, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller,
            new NpgsqlBatchCommand(Find)
            {
                Parameters =
                {
                    new() { Value = request.ExecutionId.Value },
                    new() { Value = (object?)request.IdempotencyKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                    new() { Value = asked.ToString(), NpgsqlDbType = NpgsqlDbType.Jsonb },
                },
            },
            static async Task<(ExecutionStatus, int, string?)> (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("execution");
                }

                var earlier = reader.Text(2);
                return earlier is null || (!await reader.IsDBNullAsync(3, token) && reader.GetBoolean(3))
                    ? (ExecutionStatuses.Parse(reader.GetString(0)), reader.GetInt32(1), earlier)
                    : throw Problems.Validation(
                        "idempotency_key_reused", "This Idempotency-Key has already started another execution.", "/headers/Idempotency-Key");
            },
            cancellationToken);
}
