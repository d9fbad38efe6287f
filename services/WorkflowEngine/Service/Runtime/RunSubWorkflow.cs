using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Executions.Starting;
using Npgsql;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>
/// Starts the run a FLOW.SUB_WORKFLOW asks for, once, and tells how it stands. A short one is waited for here; a longer one wakes its caller
/// with a command in the flush that ends it.
/// </summary>
internal sealed class RunSubWorkflow(NpgsqlDataSource database, Func<StartExecution> start, Func<ExecutionRegistry> registry, TimeProvider clock)
{
    /// <summary>Callers of callers: more are taken for a workflow that calls itself.</summary>
    public const int MaxDepth = 10;

    /// <summary>What such a run says it was triggered by.</summary>
    public const string TriggeredBy = "sub_workflow";

    // Not worth leaving memory for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const string Find = """
        SELECT execution_id, status, error_message FROM workflow_executions WHERE user_id = $1 AND idempotency_key = $2
        """;

    private const string Depth = """
        WITH RECURSIVE callers AS (
            SELECT parent_execution_id, 1 AS depth FROM workflow_executions WHERE execution_id = $1
            UNION ALL
            SELECT e.parent_execution_id, c.depth + 1 FROM callers c JOIN workflow_executions e ON e.execution_id = c.parent_execution_id
            WHERE c.depth < 100 AND e.mode <> 'RETRY')
        SELECT max(depth) FROM callers
        """;

    public async Task<WorkflowResult> MakeAsync(WorkflowCall call, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(call.WorkflowId, out var workflowId) || call.Origin is not { } origin)
        {
            return new WorkflowResult { ErrorCode = "unknown_workflow", Error = $"'{call.WorkflowId}' is no id of a workflow." };
        }

        try
        {
            if (await FindAsync(origin.UserId, call.IdempotencyKey, cancellationToken) is { } found)
            {
                return found.HasEnded || registry().FindLeft(found.ExecutionId) is not { } left || !await EndsAsync(left, cancellationToken)
                    ? await WithOutputAsync(found, cancellationToken)
                    : await WithOutputAsync((await FindAsync(origin.UserId, call.IdempotencyKey, cancellationToken))!, cancellationToken);
            }

            return await StartAsync(call, workflowId, origin, cancellationToken);
        }
        catch (ProblemException problem)
        {
            return new WorkflowResult { ErrorCode = problem.Code, Error = problem.Message, IsRetryable = problem.Status >= 500 };
        }
        catch (NpgsqlException outage)
        {
            return new WorkflowResult { ErrorCode = "database_unavailable", Error = outage.Message, IsRetryable = true };
        }
    }

    private async Task<WorkflowResult> StartAsync(WorkflowCall call, Guid workflowId, CallOrigin origin, CancellationToken cancellationToken)
    {
        var caller = $"exec_{origin.ExecutionId:D}";
        if (await DepthAsync(caller, cancellationToken) >= MaxDepth)
        {
            return new WorkflowResult { ErrorCode = "too_deep", Error = $"Workflows call one another more than {MaxDepth} deep." };
        }

        var started = await start().HandleAsync(
            Caller.For(origin.UserId),
            new StartRequest(workflowId, null, call.Data, "TRIGGER", call.IdempotencyKey, TriggeredBy) { ParentExecutionId = caller },
            cancellationToken);
        if (started.Run is { } run && await EndsAsync(run.Left, cancellationToken))
        {
            return new WorkflowResult { ExecutionId = started.ExecutionId, Status = run.Status, Output = run.Result, Error = run.FailureMessage };
        }

        return new WorkflowResult { ExecutionId = started.ExecutionId, Status = ExecutionStatus.Running.ToWire() };
    }

    private async Task<bool> EndsAsync(Task<bool> left, CancellationToken cancellationToken)
    {
        try
        {
            return await left.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<WorkflowResult> WithOutputAsync(WorkflowResult found, CancellationToken cancellationToken) => found.Status == "SUCCESS"
        ? found with { Output = await registry().ResultOfAsync(found.ExecutionId, cancellationToken) }
        : found;

    private async Task<WorkflowResult?> FindAsync(Guid userId, string key, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = key });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new WorkflowResult
            {
                ExecutionId = reader.GetString(0),
                Status = reader.GetString(1),
                Error = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2),
            }
            : null;
    }

    private async Task<int> DepthAsync(string executionId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Depth);
        command.Parameters.Add(new() { Value = executionId });
        return await command.ExecuteScalarAsync(cancellationToken) as int? ?? 0;
    }
}
