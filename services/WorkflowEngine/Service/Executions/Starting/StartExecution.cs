using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Fairness;
using AiTeams.WorkflowEngine.Ownership;
using AiTeams.WorkflowEngine.Runtime;
using AiTeams.WorkflowEngine.Writing;
using Npgsql;

namespace AiTeams.WorkflowEngine.Executions.Starting;

/// <summary>What starts an execution. <see cref="Data"/> is handed to the trigger node as it is.</summary>
internal sealed record StartRequest(
    Guid WorkflowId, string? TriggerNodeId, JsonData Data, string Mode, string? IdempotencyKey, string TriggeredBy, PartialRun? Part = null)
{
    /// <summary>What is special about the run, as JSON text; null for a run of the whole workflow.</summary>
    public string? Metadata { get; } = RunScope.Of(Part);

    /// <summary>The execution that wants it: a sub-workflow's caller.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>The version that is to run; null for the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The key names a delivery from outside, which may come again with another wrapping: what it said first holds.</summary>
    public bool IsDelivery => Mode is "TRIGGER" or "WEBHOOK";

    /// <summary><see cref="Data"/> as JSON text; null for none.</summary>
    public string? DataText { get; } = Data.IsMissing ? null : Data.ToString();
}

/// <summary>An accepted execution. <see cref="Left"/>, of one in this process's memory, tells when it leaves it: true with its end, false to wait.</summary>
internal sealed record StartedExecution(string ExecutionId, string Status, bool Replayed, Task<bool>? Left)
{
    /// <summary>The run itself, when this call started it.</summary>
    public ExecutionRun? Run { get; init; }
}

/// <summary>
/// Starts one execution of a workflow, of its newest version unless another is asked for, and returns when it is on disk. Not the caller's workflow, or none at all:
/// the same 404. A repeated idempotency key returns the execution it started the first time; with another request it is refused.
/// </summary>
internal sealed class StartExecution(
    UserDatabase database, StartLookups lookups, CompiledWorkflows workflows, StaticData staticData, ExecutionRegistry registry, FairQueues queues,
    TimeProvider clock)
{
    // How long a start may wait for its flush before the caller is told to try again with the same key.
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(10);

    public async Task<StartedExecution> HandleAsync(Caller caller, StartRequest request, CancellationToken cancellationToken)
    {
        if (registry.IsCongested)
        {
            throw Problems.ServiceUnavailable("More is waiting to be written than the database takes. Repeat the request a little later.");
        }

        var (version, earlier) = await FindAsync(caller, request, cancellationToken);
        if (earlier is not null)
        {
            return await ReplayAsync(caller, earlier, cancellationToken);
        }

        var workflow = await workflows.GetAsync(request.WorkflowId, version, cancellationToken);
        if (request.Part is { } part && PartialRun.Problem(workflow, part.NodeId) is { } problem)
        {
            throw Problems.Validation(problem.Code, problem.Reason, part.IsAlone ? "/only_node" : "/start_from_node");
        }

        var triggerNodeId = request.TriggerNodeId ?? (workflow.TriggerIds.Count > 0 ? workflow.TriggerIds[0] : request.Part?.NodeId)
            ?? throw Problems.Validation([new Problem("no_trigger", "The workflow has no trigger node to start from.", "/trigger_node_id")]);
        if (!workflow.HasTrigger(triggerNodeId) && triggerNodeId != request.Part?.NodeId)
        {
            throw Problems.Validation([new Problem("unknown_trigger", $"'{triggerNodeId}' is not a trigger node of this workflow.", "/trigger_node_id")]);
        }

        var id = Guid.CreateVersion7();
        var row = new ExecutionRow(
            id, $"exec_{id:D}", request.WorkflowId, version, caller.UserId, request.Mode, request.TriggeredBy, triggerNodeId,
            request.DataText, request.IdempotencyKey, clock.GetUtcNow().ToUnixTimeMilliseconds())
        {
            StaticData = await staticData.OfAsync(request.WorkflowId, workflow, cancellationToken),
            Metadata = request.Metadata,
            ParentExecutionId = request.ParentExecutionId,
        };

        using var place = await queues.Starts.EnterAsync(caller.UserId, request.WorkflowId, cancellationToken);
        var run = await ConfirmedAsync(registry.StartAsync(row, workflow, request.Data), clock, cancellationToken);
        if (run is null)
        {
            // Another request with this key was faster by less than our look-up.
            (_, earlier) = await FindAsync(caller, request, cancellationToken);
            return await ReplayAsync(caller, earlier ?? throw Unconfirmed(), cancellationToken);
        }

        return new StartedExecution(row.ExecutionId, run.Status, Replayed: false, run.Left) { Run = run };
    }

    /// <summary>The request that was first with the key was not stored after all, or is not yet.</summary>
    internal static ProblemException Unconfirmed() =>
        Problems.ServiceUnavailable("Another request with this Idempotency-Key was on its way and has not been confirmed. Repeat the request.");

    /// <summary>Waits for the flush of a start, and says what keeps it from being confirmed as a problem.</summary>
    internal static async Task<ExecutionRun?> ConfirmedAsync(Task<ExecutionRun?> start, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await start.WaitAsync(FlushPatience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Problems.ServiceUnavailable("The database has not confirmed the start in time. Repeat it with the same Idempotency-Key.");
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw Problems.NotFound("workflow");          // deleted between the look-up and the flush
        }
        catch (EngineFencedException)
        {
            throw Problems.ServiceUnavailable("This engine is stopping. Repeat the request.");
        }
    }

    private async Task<(int Version, string? EarlierExecutionId)> FindAsync(Caller caller, StartRequest request, CancellationToken cancellationToken)
    {
        var found = await lookups.FindAsync(caller, request, cancellationToken);
        return found.EarlierExecutionId is null || found.IsSameRequest
            ? (found.Version, found.EarlierExecutionId)
            : throw Problems.Validation(
                "idempotency_key_reused", "This Idempotency-Key has already started another execution.", "/headers/Idempotency-Key");
    }

    /// <summary>The answer the first request with this key got, with today's status.</summary>
    internal Task<StartedExecution> ReplayAsync(Caller caller, string executionId, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller,
            new NpgsqlBatchCommand("SELECT status FROM workflow_executions WHERE execution_id = $1") { Parameters = { new() { Value = executionId } } },
            async (reader, ct) => await reader.ReadAsync(ct)
                ? new StartedExecution(executionId, reader.GetString(0), Replayed: true, registry.FindLeft(executionId))
                : throw Problems.NotFound("execution"),
            cancellationToken);
}
