using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using Npgsql;

namespace AiTeams.Scheduler.Insight;

/// <summary>What a workflow's deployed triggers do: whether they listen, when they fire next, what they started last, what went wrong.</summary>
internal sealed class ListTriggers(UserDatabase database, TriggerTypes types)
{
    private const int Shown = 5;

    private const string Known = "SELECT clock_timestamp() FROM workflows WHERE id = $1";

    private const string Triggers = """
        SELECT t.node_id, t.trigger_subtype, t.index_key, t.is_active AND t.deployment_status = 'active', t.deployment_status, t.workflow_version, t.trigger_config::text,
            t.next_fire_at, t.last_fired_at, w.trigger_count, w.last_triggered_at, w.missed_count, w.last_missed_at, w.error_count, w.last_error, w.last_error_at,
            (SELECT count(*) FROM trigger_firings f WHERE f.workflow_id = t.workflow_id AND f.node_id = t.node_id AND f.status = 'queued')
        FROM trigger_index t LEFT JOIN workflow_triggers w ON w.workflow_id = t.workflow_id AND w.node_id = t.node_id
        WHERE t.workflow_id = $1
        ORDER BY t.node_id
        """;

    // Of the latest thousand runs: a trigger that fires once among as many of another shows none rather than costing a long read.
    private const string Runs = """
        SELECT trigger_node_id, execution_id, status, created_at FROM (
            SELECT e.*, row_number() OVER (PARTITION BY trigger_node_id ORDER BY created_at DESC, id DESC) AS place FROM (
                SELECT id, trigger_node_id, execution_id, status, created_at, mode FROM workflow_executions
                WHERE workflow_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1000) e
            WHERE e.mode IN ('TRIGGER', 'WEBHOOK')) latest
        WHERE place <= $2 ORDER BY trigger_node_id, place
        """;

    public sealed record Fire(string ExecutionId, string Status, DateTimeOffset FiredAt);

    /// <param name="IsActive">False while it is paused.</param>
    /// <param name="NextFires">The next five times a clock fires it; empty for what something outside fires, and while it is paused.</param>
    /// <param name="LastFires">The latest five executions it started, the newest first.</param>
    /// <param name="QueuedCount">Deliveries no engine has taken yet.</param>
    /// <param name="MissedCount">Times a clock struck that were not made up for.</param>
    public sealed record Trigger(
        string NodeId, string TriggerSubtype, string IndexKey, bool IsActive, string DeploymentStatus, int WorkflowVersion, DateTimeOffset? NextFireAt,
        IReadOnlyList<DateTimeOffset> NextFires, DateTimeOffset? LastFiredAt, IReadOnlyList<Fire> LastFires, long TriggerCount, long QueuedCount, long MissedCount,
        DateTimeOffset? LastMissedAt, long ErrorCount, string? LastError, DateTimeOffset? LastErrorAt);

    public sealed record Answer(Guid WorkflowId, IReadOnlyList<Trigger> Triggers);

    public async Task<Answer> HandleAsync(WorkflowId id, Caller caller, CancellationToken cancellationToken) => await database.QueryAsync(
        caller,
        [
            Statement.Of(Known, Statement.Uuid(id.Value)),
            Statement.Of(Runs, Statement.Uuid(id.Value), Statement.Integer(Shown)),
            Statement.Of(Triggers, Statement.Uuid(id.Value)),
        ],
        async (reader, token) =>
        {
            var now = await reader.ReadAsync(token) ? await reader.GetFieldValueAsync<DateTimeOffset>(0, token) : throw Problems.NotFound("workflow");
            await reader.NextResultAsync(token);
            var fires = await FiresAsync(reader, token);
            await reader.NextResultAsync(token);
            var triggers = new List<Trigger>();
            while (await reader.ReadAsync(token))
            {
                triggers.Add(Read(reader, now, fires));
            }

            return new Answer(id.Value, triggers);
        },
        cancellationToken);

    private static async Task<ILookup<string, Fire>> FiresAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var fires = new List<(string NodeId, Fire Fire)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            fires.Add((reader.Text(0) ?? "", new Fire(reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3))));
        }

        return fires.ToLookup(fire => fire.NodeId, fire => fire.Fire, StringComparer.Ordinal);
    }

    private Trigger Read(NpgsqlDataReader reader, DateTimeOffset now, ILookup<string, Fire> fires)
    {
        var (nodeId, subtype, isActive) = (reader.GetString(0), reader.GetString(1), reader.GetBoolean(3));
        var configuration = JsonNode.Parse(reader.GetString(6)) as JsonObject ?? [];
        var lastFires = fires[nodeId].ToList();
        return new Trigger(
            nodeId, subtype, reader.GetString(2), isActive, reader.GetString(4), reader.GetInt32(5), isActive ? reader.Moment(7) : null,
            isActive ? types.Find(subtype)?.NextFires(configuration, now, Shown) ?? [] : [],
            lastFires.Count > 0 ? lastFires[0].FiredAt : reader.Moment(10) ?? reader.Moment(8), lastFires, reader.Long(9) ?? 0, reader.GetInt64(16), reader.Long(11) ?? 0,
            reader.Moment(12), reader.Long(13) ?? 0, reader.Text(14), reader.Moment(15));
    }
}
