using System.Text.Json.Nodes;
using AiTeams.Contracts.Events;
using AiTeams.Scheduler.Mail;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Messaging;
using Npgsql;

namespace AiTeams.Scheduler.Deployments;

/// <summary>
/// Silences a workflow's triggers. What runs goes on, and what was accepted before and is still queued is run. Undeploying what is not deployed
/// changes nothing and is no error.
/// </summary>
internal sealed partial class UndeployWorkflow(NpgsqlDataSource database, Outbox outbox, ILogger<UndeployWorkflow> logger)
{
    private const string Mark = "UPDATE workflows SET deployment_status = 'UNDEPLOYED', undeployed_at = clock_timestamp() WHERE id = $1";

    private const string Silence = "UPDATE workflow_triggers SET is_active = false WHERE workflow_id = $1 AND is_active";

    public async Task<Deployment> HandleAsync(Caller caller, Guid workflowId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (status, deploymentVersion, _, _, now) = await LockedWorkflow.OfAsync(connection, caller, workflowId, cancellationToken);
        if (status is "IDLE" or "UNDEPLOYED")
        {
            return new Deployment(workflowId, status, deploymentVersion, WorkflowVersion: null, []);
        }

        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of("DELETE FROM trigger_index WHERE workflow_id = $1", Statement.Uuid(workflowId)));
        MailboxRows.Follow(batch, workflowId);
        batch.BatchCommands.Add(Statement.Of(Silence, Statement.Uuid(workflowId)));
        batch.BatchCommands.Add(Statement.Of(Mark, Statement.Uuid(workflowId)));
        batch.BatchCommands.Add(Step("UNDEPLOY_STARTED", status, "UNDEPLOYING"));
        batch.BatchCommands.Add(Step("UNDEPLOY_COMPLETED", "UNDEPLOYING", "UNDEPLOYED"));
        batch.BatchCommands.Add(outbox.Insert(new WorkflowUndeployed(caller.UserId, workflowId, now)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        outbox.Wake();
        LogUndeployed(workflowId);
        return new Deployment(workflowId, "UNDEPLOYED", deploymentVersion, WorkflowVersion: null, []);

        NpgsqlBatchCommand Step(string action, string from, string to) =>
            DeploymentHistory.Command(new DeploymentStep(workflowId, caller.UserId, action, from, to, deploymentVersion, new JsonObject(), now));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Workflow {WorkflowId} undeployed")]
    private partial void LogUndeployed(Guid workflowId);
}
