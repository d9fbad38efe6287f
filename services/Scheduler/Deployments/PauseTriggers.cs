using System.Text.Json.Nodes;
using AiTeams.Scheduler.Mail;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Scheduler.Deployments;

/// <summary>
/// Lets the triggers of a deployed workflow rest, or one of them, and wakes them again. A resting webhook keeps its path and is answered like one
/// that is not there; what a clock strikes, or what comes into a mailbox, meanwhile is not made up for.
/// </summary>
internal sealed class PauseTriggers(NpgsqlDataSource database, TriggerTypes types)
{
    private const string Find = """
        SELECT node_id, trigger_subtype, trigger_config::text FROM trigger_index
        WHERE workflow_id = $1 AND ($2::text IS NULL OR node_id = $2) AND is_active <> $3 ORDER BY node_id
        """;

    private const string Change = """
        UPDATE trigger_index t SET is_active = $2, next_fire_at = c.next_fire_at
        FROM unnest($3::text[], $4::timestamptz[]) AS c (node_id, next_fire_at) WHERE t.workflow_id = $1 AND t.node_id = c.node_id
        """;

    public sealed record Answer(Guid WorkflowId, string DeploymentStatus, IReadOnlyList<string> ChangedNodeIds);

    /// <param name="nodeId">One trigger; null for all.</param>
    /// <param name="isActive">False pauses, true resumes. What is so already is left alone.</param>
    public async Task<Answer> HandleAsync(Caller caller, Guid workflowId, string? nodeId, bool isActive, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var state = await LockedWorkflow.OfAsync(connection, caller, workflowId, cancellationToken);
        if (!state.IsDeployed)
        {
            throw Problems.Conflict("The workflow is not deployed, so none of its triggers listens.", "not_deployed");
        }

        var triggers = await FindAsync(connection, workflowId, nodeId, isActive, state.Now, cancellationToken);
        if (triggers.Count > 0)
        {
            await using var batch = connection.CreateBatch();
            batch.BatchCommands.Add(Statement.Of(
                Change, Statement.Uuid(workflowId), Statement.Flag(isActive), Statement.Texts([.. triggers.Select(trigger => trigger.NodeId)]),
                new NpgsqlParameter { Value = triggers.Select(trigger => trigger.Next?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz }));
            MailboxRows.Follow(batch, workflowId);
            var step = new JsonObject { ["step"] = isActive ? "resume" : "pause", ["node_ids"] = new JsonArray([.. triggers.Select(trigger => (JsonNode)trigger.NodeId)]) };
            batch.BatchCommands.Add(DeploymentHistory.Command(
                new DeploymentStep(workflowId, caller.UserId, "UPDATE", state.Status, state.Status, state.DeploymentVersion, [], state.Now) { Logs = step }));
            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return new Answer(workflowId, state.Status, [.. triggers.Select(trigger => trigger.NodeId)]);
    }

    private async Task<List<(string NodeId, DateTimeOffset? Next)>> FindAsync(
        NpgsqlConnection connection, Guid workflowId, string? nodeId, bool isActive, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Find, Statement.Uuid(workflowId), Statement.Text(nodeId), Statement.Flag(isActive)));
        batch.BatchCommands.Add(Statement.Of(
            "SELECT 1 FROM trigger_index WHERE workflow_id = $1 AND node_id = $2", Statement.Uuid(workflowId), Statement.Text(nodeId)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var found = new List<(string NodeId, DateTimeOffset? Next)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var next = isActive ? types.Find(reader.GetString(1))?.NextFires(JsonNode.Parse(reader.GetString(2)) as JsonObject ?? [], now, 1) ?? [] : [];
            found.Add((reader.GetString(0), next.Count > 0 ? next[0] : null));
        }

        await reader.NextResultAsync(cancellationToken);
        return nodeId is null || await reader.ReadAsync(cancellationToken) ? found : throw Problems.NotFound("deployed trigger");
    }
}
