using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Database;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Scheduler.Deployments;

/// <summary>One step of a deployment, for workflow_deployment_history.</summary>
/// <param name="Action">DEPLOY_STARTED, UPDATE, ...</param>
/// <param name="Configuration">What was deployed: {workflow_version, triggers}.</param>
internal sealed record DeploymentStep(
    Guid WorkflowId, Guid UserId, string Action, string FromStatus, string ToStatus, int DeploymentVersion, JsonObject Configuration, DateTimeOffset StartedAt)
{
    public string? Error { get; init; }

    /// <summary>Details for whoever asks later: every problem, say.</summary>
    public JsonObject Logs { get; init; } = [];
}

/// <summary>Writes steps in the transaction of what they tell about.</summary>
internal static class DeploymentHistory
{
    // What is started and completed in one transaction began at the same moment: lists show it in this order all the same.
    private const string Insert = """
        INSERT INTO workflow_deployment_history (workflow_id, user_id, deployment_action, from_status, to_status, deployment_version, deployment_config,
            triggered_by, started_at, completed_at, error_message, deployment_logs)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9 + CASE WHEN $3 LIKE '%COMPLETED' THEN interval '1 microsecond' ELSE '0' END, clock_timestamp(), $10, $11)
        """;

    public static NpgsqlBatchCommand Command(DeploymentStep step) => Statement.Of(
        Insert, Statement.Uuid(step.WorkflowId), Statement.Uuid(step.UserId), Statement.Text(step.Action), Statement.Text(step.FromStatus), Statement.Text(step.ToStatus),
        Statement.Integer(step.DeploymentVersion), Text(step.Configuration), Statement.Uuid(step.UserId), Statement.Moment(step.StartedAt), Statement.Text(step.Error),
        Text(step.Logs));

    private static NpgsqlParameter Text(JsonNode json) => new() { Value = json.ToJsonString(JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Json };
}
