using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;

namespace AiTeams.Scheduler.Deployments;

/// <summary>How a workflow is deployed while its row is locked: nobody else deploys, pauses or undeploys it until the transaction ends.</summary>
/// <param name="DeploymentVersion">1 before the first deployment, which is number 1 as well.</param>
/// <param name="LatestVersion">The newest saved version.</param>
/// <param name="Now">The database's clock.</param>
internal sealed record LockedWorkflow(string Status, int DeploymentVersion, int LatestVersion, bool WasDeployed, DateTimeOffset Now)
{
    // Executions of it go on starting meanwhile.
    private const string Lock = """
        SELECT coalesce(deployment_status, 'IDLE'), coalesce(deployment_version, 1), latest_version, deployed_at IS NOT NULL, clock_timestamp()
        FROM workflows WHERE id = $1 AND user_id = $2 FOR NO KEY UPDATE
        """;

    public bool IsDeployed => Status == "DEPLOYED";

    public int NextDeploymentVersion => WasDeployed ? DeploymentVersion + 1 : 1;

    /// <summary>Throws the 404 problem for a workflow that is not the caller's.</summary>
    public static async Task<LockedWorkflow> OfAsync(NpgsqlConnection connection, Caller caller, Guid workflowId, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Lock, Statement.Uuid(workflowId), Statement.Uuid(caller.UserId)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LockedWorkflow(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetBoolean(3), reader.GetFieldValue<DateTimeOffset>(4))
            : throw Problems.NotFound("workflow");
    }
}
