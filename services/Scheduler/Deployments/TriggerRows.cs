using AiTeams.Scheduler.Mail;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Database;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Scheduler.Deployments;

/// <summary>A trigger node and the row it gets.</summary>
internal sealed record PlannedTrigger(TriggerNode Node, TriggerPlan Plan);

/// <summary>Replaces the rows of a workflow's triggers, all of them, within the caller's transaction.</summary>
internal static class TriggerRows
{
    // What a trigger last did is kept when it is deployed again; so is a time that has come and that no scheduler has fired yet, while the schedule stays the same.
    private const string Before = """
        SELECT node_id, last_fired_at, CASE WHEN next_fire_at <= clock_timestamp() THEN next_fire_at END, index_key, coalesce(trigger_config ->> 'timezone', 'UTC')
        FROM trigger_index WHERE workflow_id = $1 FOR UPDATE
        """;

    private const string Delete = "DELETE FROM trigger_index WHERE workflow_id = $1";

    private const string Insert = """
        INSERT INTO trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, trigger_config, index_key, workflow_version, next_fire_at, last_fired_at)
        SELECT $1, $2, t.node_id, 'TRIGGER', t.subtype, t.config, t.key, $3, t.next_fire_at, t.last_fired_at
        FROM unnest($4::text[], $5::text[], $6::json[], $7::text[], $8::timestamptz[], $9::timestamptz[])
            AS t (node_id, subtype, config, key, next_fire_at, last_fired_at)
        """;

    // The counts of a node go on when it comes back.
    private const string Count = """
        INSERT INTO workflow_triggers AS w (workflow_id, user_id, node_id, trigger_type, trigger_config)
        SELECT $1, $2, t.node_id, t.subtype, t.config FROM unnest($3::text[], $4::text[], $5::jsonb[]) AS t (node_id, subtype, config)
        ON CONFLICT (workflow_id, node_id) DO UPDATE SET trigger_type = excluded.trigger_type, trigger_config = excluded.trigger_config, is_active = true
        """;

    private const string Silence = "UPDATE workflow_triggers SET is_active = false WHERE workflow_id = $1 AND is_active AND node_id <> ALL ($2)";

    public static async Task ReplaceAsync(
        NpgsqlConnection connection, Guid workflowId, Guid userId, int workflowVersion, IReadOnlyList<PlannedTrigger> triggers, CancellationToken cancellationToken)
    {
        var before = await BeforeAsync(connection, workflowId, cancellationToken);
        var nodeIds = Column(triggers, trigger => trigger.Node.Id);
        var subtypes = Column(triggers, trigger => trigger.Node.Subtype);
        var configurations = Column(triggers, trigger => trigger.Node.Configuration.ToJsonString());
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Delete, Statement.Uuid(workflowId)));
        batch.BatchCommands.Add(Statement.Of(
            Insert, Statement.Uuid(workflowId), Statement.Uuid(userId), Statement.Integer(workflowVersion), Statement.Texts(nodeIds), Statement.Texts(subtypes),
            new NpgsqlParameter { Value = configurations, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Json },
            Statement.Texts(Column(triggers, trigger => trigger.Plan.IndexKey)),
            Moments(Column(triggers, trigger => Of(trigger)?.StillDueAt(trigger) ?? trigger.Plan.NextFireAt?.UtcDateTime)),
            Moments(Column(triggers, trigger => Of(trigger)?.LastFiredAt))));
        batch.BatchCommands.Add(Statement.Of(
            Count, Statement.Uuid(workflowId), Statement.Uuid(userId), Statement.Texts(nodeIds), Statement.Texts(subtypes),
            new NpgsqlParameter { Value = configurations, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb }));
        batch.BatchCommands.Add(Statement.Of(Silence, Statement.Uuid(workflowId), Statement.Texts(nodeIds)));
        MailboxRows.Follow(batch, workflowId);
        await batch.ExecuteNonQueryAsync(cancellationToken);

        RowBefore? Of(PlannedTrigger trigger) => before.GetValueOrDefault(trigger.Node.Id);
    }

    private static async Task<Dictionary<string, RowBefore>> BeforeAsync(NpgsqlConnection connection, Guid workflowId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Before, connection);
        command.Parameters.Add(new() { Value = workflowId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, RowBefore>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            found[reader.GetString(0)] = new RowBefore(
                reader.IsDBNull(1) ? null : reader.GetDateTime(1), reader.IsDBNull(2) ? null : reader.GetDateTime(2), reader.GetString(3), reader.GetString(4));
        }

        return found;
    }

    private static TColumn[] Column<TColumn>(IReadOnlyList<PlannedTrigger> triggers, Func<PlannedTrigger, TColumn> column) => [.. triggers.Select(column)];

    private static NpgsqlParameter Moments(DateTime?[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    /// <param name="DueAt">The time it is due for and has not fired for; else null.</param>
    private sealed record RowBefore(DateTime? LastFiredAt, DateTime? DueAt, string IndexKey, string Zone)
    {
        public DateTime? StillDueAt(PlannedTrigger now) =>
            now.Plan.NextFireAt is not null && now.Plan.IndexKey == IndexKey && (now.Node.Configuration["timezone"]?.ToString() ?? "UTC") == Zone ? DueAt : null;
    }
}
