using System.Text.Json.Nodes;
using AiTeams.Contracts.Events;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Messaging;
using Npgsql;

namespace AiTeams.Scheduler.Deployments;

/// <summary>What is to be deployed: a saved version (null: the newest), or what an earlier deployment ran.</summary>
internal sealed record DeployRequest(int? WorkflowVersion, int? RollbackTo = null);

/// <summary>
/// Makes a workflow's triggers listen, all of them in one transaction or none. A workflow that is deployed already goes over to the new version
/// in the same moment. What is refused leaves what was deployed before as it was, and a step DEPLOY_FAILED in the history.
/// </summary>
internal sealed partial class DeployWorkflow(NpgsqlDataSource database, TriggerTypes types, Outbox outbox, ILogger<DeployWorkflow> logger)
{
    private const string Deployed = "DEPLOYED";
    private const string WebhookPathIndex = "idx_trigger_index_webhook_path";
    private const string OwnPathsOnly = "webhook_path_is_nobody_elses";

    private const string Document = "SELECT workflow_data::text FROM workflow_versions WHERE workflow_id = $1 AND user_id = $2 AND version = $3";

    private const string EarlierDeployment = """
        SELECT (deployment_config ->> 'workflow_version')::integer FROM workflow_deployment_history
        WHERE workflow_id = $1 AND user_id = $2 AND deployment_version = $3 AND deployment_action IN ('DEPLOY_COMPLETED', 'UPDATE', 'ROLLBACK')
        ORDER BY started_at DESC LIMIT 1
        """;

    private const string Holders = """
        SELECT index_key FROM trigger_index
        WHERE trigger_subtype = 'WEBHOOK' AND deployment_status IN ('active', 'pending') AND lower(index_key COLLATE "C") = ANY ($2) AND workflow_id <> $1
        """;

    private const string Mark = """
        UPDATE workflows SET deployment_status = 'DEPLOYED', deployed_at = clock_timestamp(), deployed_by = $2, deployment_version = $3, deployment_config = $4
        WHERE id = $1
        """;

    private const string MarkFailed = "UPDATE workflows SET deployment_status = 'DEPLOYMENT_FAILED' WHERE id = $1 AND deployment_status IS DISTINCT FROM 'DEPLOYED'";

    /// <summary>422 with every problem, 404 for a workflow, version or deployment that is not there.</summary>
    public async Task<Deployment> HandleAsync(Caller caller, Guid workflowId, DeployRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var state = await LockedWorkflow.OfAsync(connection, caller, workflowId, cancellationToken);
        var version = await VersionAsync(connection, caller, workflowId, request, state, cancellationToken);
        var document = await DocumentAsync(connection, caller, workflowId, version, cancellationToken);
        var (planned, problems) = Plan(workflowId, document, state.Now);
        if (problems.Count == 0)
        {
            problems = await TryWriteAsync(connection, transaction, caller, workflowId, request, state, version, planned, cancellationToken);
        }

        if (problems.Count > 0)
        {
            await transaction.DisposeAsync();
            await RecordFailureAsync(caller, workflowId, state, version, problems, cancellationToken);
            throw Problems.Validation(problems);
        }

        outbox.Wake();
        LogDeployed(workflowId, version, state.NextDeploymentVersion, planned.Count);
        return new Deployment(workflowId, Deployed, state.NextDeploymentVersion, version, Deployment.Of(planned));
    }

    private static async Task<int> VersionAsync(
        NpgsqlConnection connection, Caller caller, Guid workflowId, DeployRequest request, LockedWorkflow state, CancellationToken cancellationToken)
    {
        if (request.RollbackTo is not { } earlier)
        {
            return request.WorkflowVersion ?? state.LatestVersion;
        }

        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(EarlierDeployment, Statement.Uuid(workflowId), Statement.Uuid(caller.UserId), Statement.Integer(earlier)));
        return await batch.ExecuteScalarAsync(cancellationToken) is int version
            ? version
            : throw Problems.Validation("unknown_deployment", $"This workflow has no deployment {earlier} to go back to.", "/version");
    }

    private static async Task<JsonObject> DocumentAsync(
        NpgsqlConnection connection, Caller caller, Guid workflowId, int version, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Document, Statement.Uuid(workflowId), Statement.Uuid(caller.UserId), Statement.Integer(version)));
        return await batch.ExecuteScalarAsync(cancellationToken) is string text
            ? JsonNode.Parse(text) as JsonObject ?? []
            : throw Problems.Validation("unknown_version", $"This workflow has no version {version}.", "/version");
    }

    private (IReadOnlyList<PlannedTrigger> Triggers, IReadOnlyList<Problem> Problems) Plan(Guid workflowId, JsonObject document, DateTimeOffset now)
    {
        var (nodes, found) = DeployableWorkflow.Read(workflowId, document);
        var problems = found.ToList();
        var planned = new List<PlannedTrigger>();
        foreach (var node in nodes)
        {
            if (types.Find(node.Subtype) is not { } type)
            {
                problems.Add(new Problem("unknown_trigger", $"Triggers of subtype {node.Subtype} cannot be deployed.", $"/nodes/{node.Position}/subtype") { NodeId = node.Id });
                continue;
            }

            // What is said about a placeholder says it all.
            var plan = type.Plan(node, now);
            problems.AddRange(plan.Problems.Where(problem => !found.Any(placeholder => placeholder.Pointer == problem.Pointer)));
            planned.Add(new PlannedTrigger(node, plan));
        }

        return (planned, problems);
    }

    /// <summary>Commits, and returns nothing; or returns why it cannot: a path somebody else holds.</summary>
    private async Task<IReadOnlyList<Problem>> TryWriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Caller caller, Guid workflowId, DeployRequest request, LockedWorkflow state, int version,
        IReadOnlyList<PlannedTrigger> planned, CancellationToken cancellationToken)
    {
        try
        {
            await TriggerRows.ReplaceAsync(connection, workflowId, caller.UserId, version, planned, cancellationToken);
        }
        catch (PostgresException taken) when (taken.ConstraintName is WebhookPathIndex or OwnPathsOnly)
        {
            await transaction.RollbackAsync(cancellationToken);
            return await TakenAsync(workflowId, planned, cancellationToken);
        }

        var configuration = Snapshot(version, planned);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            Mark, Statement.Uuid(workflowId), Statement.Uuid(caller.UserId), Statement.Integer(state.NextDeploymentVersion), Statement.Json(configuration.ToJsonString())));
        foreach (var (action, from, to) in Steps(request, state))
        {
            batch.BatchCommands.Add(DeploymentHistory.Command(
                new DeploymentStep(workflowId, caller.UserId, action, from, to, state.NextDeploymentVersion, configuration, state.Now)));
        }

        batch.BatchCommands.Add(outbox.Insert(new WorkflowDeployed(caller.UserId, workflowId, state.NextDeploymentVersion, state.Now)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return [];
    }

    /// <summary>
    /// Which webhooks want a path that somebody else holds, asked of the index: the driver keeps the exception's details to itself. When nobody
    /// holds any (two nodes of this workflow want the same one, or its holder has just gone) all of them are named, so that there is a reason.
    /// </summary>
    private async Task<IReadOnlyList<Problem>> TakenAsync(Guid workflowId, IReadOnlyList<PlannedTrigger> planned, CancellationToken cancellationToken)
    {
        var webhooks = planned.Where(trigger => trigger.Node.Subtype == "WEBHOOK").ToList();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            Holders, Statement.Uuid(workflowId), Statement.Texts([.. webhooks.Select(trigger => trigger.Plan.IndexKey.ToLowerInvariant())])));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var held = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadAsync(cancellationToken))
        {
            held.Add(reader.GetString(0));
        }

        return
        [
            .. webhooks.Where(trigger => held.Count == 0 || held.Contains(trigger.Plan.IndexKey)).Select(trigger => trigger.Node.Problem(
                "webhook_path_taken", $"The path {trigger.Plan.IndexKey} belongs to another webhook.", "webhook_path",
                "Choose another path, or undeploy the workflow that holds this one.")),
        ];
    }

    private static (string Action, string From, string To)[] Steps(DeployRequest request, LockedWorkflow state) =>
        request.RollbackTo is not null ? [("ROLLBACK", state.Status, Deployed)]
        : state.IsDeployed ? [("UPDATE", Deployed, Deployed)]
        : [("DEPLOY_STARTED", state.Status, "DEPLOYING"), ("DEPLOY_COMPLETED", "DEPLOYING", Deployed)];

    private async Task RecordFailureAsync(
        Caller caller, Guid workflowId, LockedWorkflow state, int version, IReadOnlyList<Problem> problems, CancellationToken cancellationToken)
    {
        var logs = new JsonObject
        {
            ["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)new JsonObject
            {
                ["code"] = problem.Code, ["message"] = problem.Message, ["pointer"] = problem.Pointer, ["node_id"] = problem.NodeId,
            })]),
        };
        var stays = state.IsDeployed ? Deployed : "DEPLOYMENT_FAILED";
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(MarkFailed, Statement.Uuid(workflowId)));
        batch.BatchCommands.Add(DeploymentHistory.Command(
            new DeploymentStep(workflowId, caller.UserId, "DEPLOY_FAILED", state.Status, stays, state.DeploymentVersion, Snapshot(version, []), state.Now)
            {
                Error = problems.Count == 1 ? problems[0].Message : $"{problems.Count} problems, the first: {problems[0].Message}",
                Logs = logs,
            }));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        LogRefused(workflowId, problems.Count);
    }

    // Without the nodes' configurations: those stand in the version, which is never changed, and may hold secrets.
    private static JsonObject Snapshot(int version, IReadOnlyList<PlannedTrigger> planned) => new()
    {
        ["workflow_version"] = version,
        ["triggers"] = new JsonArray([.. planned.Select(trigger => (JsonNode)new JsonObject
        {
            ["node_id"] = trigger.Node.Id, ["trigger_subtype"] = trigger.Node.Subtype, ["index_key"] = trigger.Plan.IndexKey,
        })]),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Workflow {WorkflowId} version {Version} deployed as deployment {DeploymentVersion} with {Triggers} triggers")]
    private partial void LogDeployed(Guid workflowId, int version, int deploymentVersion, int triggers);

    [LoggerMessage(Level = LogLevel.Information, Message = "Workflow {WorkflowId} was not deployed: {Problems} problems")]
    private partial void LogRefused(Guid workflowId, int problems);
}
