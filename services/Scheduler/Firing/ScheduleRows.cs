using AiTeams.ServiceDefaults.Database;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Scheduler.Firing;

/// <summary>The clock's side of trigger_index: claiming what is due, and writing what came of it, for a whole batch at once.</summary>
internal static class ScheduleRows
{
    private static readonly string Claim = NamedQuery.Read("due_schedules.sql");

    // In the order they were due in, and due at once.
    private const string Fire = """
        INSERT INTO trigger_firings
            (id, workflow_id, user_id, node_id, trigger_subtype, workflow_version, delivery_key, trigger_data, overlap_policy, due_at, next_attempt_at)
        SELECT f.id, f.workflow_id, f.user_id, f.node_id, 'CRON', f.workflow_version, f.delivery_key, f.data, f.overlap_policy, f.due_at, f.due_at
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::jsonb[], $8::text[], $9::timestamptz[])
            AS f (id, workflow_id, user_id, node_id, workflow_version, delivery_key, data, overlap_policy, due_at)
        ON CONFLICT ON CONSTRAINT trigger_firings_delivery_key DO NOTHING
        """;

    private const string Advance = """
        UPDATE trigger_index t SET next_fire_at = s.next_fire_at, last_fired_at = CASE WHEN s.fired THEN clock_timestamp() ELSE t.last_fired_at END
        FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[]) AS s (id, next_fire_at, fired) WHERE t.id = s.id
        """;

    private const string Miss = """
        UPDATE workflow_triggers t SET missed_count = t.missed_count + m.missed, last_missed_at = greatest(t.last_missed_at, m.missed_at)
        FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[]) AS m (workflow_id, node_id, missed, missed_at)
        WHERE t.workflow_id = m.workflow_id AND t.node_id = m.node_id
        """;

    private const string Fail = "UPDATE trigger_index SET deployment_status = 'failed' WHERE id = ANY ($1)";

    private const string Complain = """
        UPDATE workflow_triggers t SET error_count = t.error_count + 1, last_error = e.error, last_error_at = clock_timestamp()
        FROM unnest($1::uuid[], $2::text[], $3::text[]) AS e (workflow_id, node_id, error) WHERE t.workflow_id = e.workflow_id AND t.node_id = e.node_id
        """;

    private const string NextDue = """
        SELECT next_fire_at - clock_timestamp() FROM trigger_index
        WHERE trigger_subtype = 'CRON' AND is_active AND deployment_status = 'active' AND next_fire_at IS NOT NULL ORDER BY next_fire_at LIMIT 1
        """;

    /// <summary>Locks up to <paramref name="most"/> due rows that nobody else has locked, until the transaction ends.</summary>
    public static async Task<List<DueSchedule>> ClaimAsync(NpgsqlConnection connection, int most, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(most)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<DueSchedule>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new DueSchedule(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt32(4), reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return claimed;
    }

    /// <summary>Queues the firings and moves the rows on to their next time.</summary>
    public static async Task SaveAsync(NpgsqlConnection connection, IReadOnlyList<Strike> strikes, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        List<(Strike Strike, DateTimeOffset Due)> firings = [.. strikes.SelectMany(strike => strike.Fired, (strike, due) => (strike, due))];
        batch.BatchCommands.Add(Statement.Of(
            Fire, Array(firings, _ => Guid.CreateVersion7()), Array(firings, firing => firing.Strike.Row.WorkflowId), Array(firings, firing => firing.Strike.Row.UserId),
            Array(firings, firing => firing.Strike.Row.NodeId), Array(firings, firing => firing.Strike.Row.WorkflowVersion),
            Array(firings, firing => firing.Strike.DeliveryKey(firing.Due)), Array(firings, firing => firing.Strike.Data(firing.Due), NpgsqlDbType.Jsonb),
            Array(firings, firing => firing.Strike.Settings!.OverlapPolicy), Moments(firings, firing => firing.Due)));
        batch.BatchCommands.Add(Statement.Of(
            Advance, Array(strikes, strike => strike.Row.Id), Moments(strikes, strike => strike.NextFireAt), Array(strikes, strike => strike.Fired.Count > 0)));

        // In one order everywhere, as those who count: two schedulers never wait for each other in a circle.
        if (InOrder(strikes, strike => strike.Missed > 0) is { Count: > 0 } missed)
        {
            batch.BatchCommands.Add(Statement.Of(
                Miss, Array(missed, strike => strike.Row.WorkflowId), Array(missed, strike => strike.Row.NodeId), Array(missed, strike => strike.Missed),
                Moments(missed, strike => strike.LastMissedAt)));
        }

        if (InOrder(strikes, strike => strike.Error is not null) is { Count: > 0 } broken)
        {
            batch.BatchCommands.Add(Statement.Of(Fail, Array(broken, strike => strike.Row.Id)));
            batch.BatchCommands.Add(Statement.Of(
                Complain, Array(broken, strike => strike.Row.WorkflowId), Array(broken, strike => strike.Row.NodeId), Array(broken, strike => strike.Error!)));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How long until the next schedule is due; null when none is.</summary>
    public static async Task<TimeSpan?> NextDueAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(NextDue);
        return await command.ExecuteScalarAsync(cancellationToken) is TimeSpan due ? due : null;
    }

    private static List<Strike> InOrder(IReadOnlyList<Strike> strikes, Func<Strike, bool> which) =>
        [.. strikes.Where(which).OrderBy(strike => strike.Row.WorkflowId).ThenBy(strike => strike.Row.NodeId, StringComparer.Ordinal)];

    private static NpgsqlParameter Array<TRow, TColumn>(IReadOnlyList<TRow> rows, Func<TRow, TColumn> column, NpgsqlDbType? type = null)
    {
        var parameter = new NpgsqlParameter { Value = rows.Select(column).ToArray() };
        if (type is { } of)
        {
            parameter.NpgsqlDbType = NpgsqlDbType.Array | of;
        }

        return parameter;
    }

    private static NpgsqlParameter Moments<TRow>(IReadOnlyList<TRow> rows, Func<TRow, DateTimeOffset?> column) => new()
    {
        Value = rows.Select(row => column(row)?.UtcDateTime).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };
}
