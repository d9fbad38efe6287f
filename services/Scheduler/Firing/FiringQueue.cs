using AiTeams.Contracts.WorkflowEngine.V1;
using AiTeams.ServiceDefaults.Database;
using Npgsql;
using NpgsqlTypes;

namespace AiTeams.Scheduler.Firing;

/// <summary>A firing that is being handed over.</summary>
/// <param name="Attempts">This one included.</param>
internal sealed record ClaimedFiring(
    Guid Id, Guid WorkflowId, Guid UserId, string NodeId, string Subtype, int WorkflowVersion, string DeliveryKey, string Data, int Attempts)
{
    public ExecutionMode Mode => Subtype == "WEBHOOK" ? ExecutionMode.Webhook : ExecutionMode.Trigger;
}

/// <summary>What became of a claimed firing. Queued: it is to be tried again after <see cref="Pause"/>.</summary>
/// <param name="Status">started, failed or queued.</param>
internal sealed record FiringResult(Guid Id, string Status, string? ExecutionId, string? Error, TimeSpan Pause);

/// <summary>
/// The firings no engine has taken yet, in Postgres. A claim is a lease: whoever dies with claimed firings leaves them to the others when it is
/// over, and the key they are started with makes a second handing-over find the first one's execution.
/// </summary>
internal sealed class FiringQueue(NpgsqlDataSource database) : IDisposable
{
    // Longer than an engine is waited for, so that nobody hands over what another is still handing over.
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _wake = new(0, 1);

    private const string Add = """
        INSERT INTO trigger_firings (id, workflow_id, user_id, node_id, trigger_subtype, workflow_version, delivery_key, trigger_data, next_attempt_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + interval '1 second')
        ON CONFLICT ON CONSTRAINT trigger_firings_delivery_key DO NOTHING
        """;

    // What a due firing comes to. An earlier firing of its trigger that is not decided yet goes first. With the one before it still running, skip leaves it out
    // and queue lets it wait: the head of a queue looks every second, those behind it seldom, since Follow brings them forward.
    private const string Claim = """
        WITH due AS MATERIALIZED (
            SELECT id, workflow_id, node_id, overlap_policy, due_at FROM trigger_firings
            WHERE status = 'queued' AND next_attempt_at <= (SELECT clock_timestamp())
            ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED),
        judged AS MATERIALIZED (
            SELECT d.id, CASE
                WHEN d.overlap_policy = 'allow' THEN 'start'
                WHEN EXISTS (
                    SELECT FROM trigger_firings e WHERE e.workflow_id = d.workflow_id AND e.node_id = d.node_id AND e.status = 'queued'
                        AND e.overlap_policy <> 'allow' AND (e.due_at, e.id) < (d.due_at, d.id)) THEN 'stand behind'
                WHEN (
                    SELECT x.status FROM workflow_executions x WHERE x.execution_id = (
                        SELECT p.execution_id FROM trigger_firings p WHERE p.workflow_id = d.workflow_id AND p.node_id = d.node_id AND p.status = 'started'
                        ORDER BY p.due_at DESC LIMIT 1)) NOT IN ('SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT')
                    THEN CASE d.overlap_policy WHEN 'skip' THEN 'skip' ELSE 'wait' END
                ELSE 'start' END AS verdict
            FROM due d)
        UPDATE trigger_firings f SET
            status = CASE j.verdict WHEN 'skip' THEN 'skipped' ELSE f.status END,
            decided_at = CASE j.verdict WHEN 'skip' THEN clock_timestamp() END,
            attempts = f.attempts + (j.verdict = 'start')::integer,
            next_attempt_at = CASE j.verdict
                WHEN 'start' THEN clock_timestamp() + $2
                WHEN 'wait' THEN clock_timestamp() + interval '1 second'
                WHEN 'stand behind' THEN clock_timestamp() + least(interval '30 seconds', greatest(interval '1 second', (clock_timestamp() - f.due_at) / 8))
                ELSE f.next_attempt_at END
        FROM judged j WHERE f.id = j.id
        RETURNING f.id, f.workflow_id, f.user_id, f.node_id, f.trigger_subtype, f.workflow_version, f.delivery_key, f.trigger_data::text, f.attempts, j.verdict
        """;

    // Whoever stood behind a firing that has been decided comes next. One that is being handed over or waits for an engine has been tried, and is left alone.
    private const string Follow = """
        UPDATE trigger_firings n SET next_attempt_at = clock_timestamp() WHERE n.id IN (
            SELECT q.id FROM (SELECT DISTINCT workflow_id, node_id FROM trigger_firings WHERE id = ANY ($1) AND overlap_policy <> 'allow') d
            CROSS JOIN LATERAL (
                SELECT id FROM trigger_firings h WHERE h.workflow_id = d.workflow_id AND h.node_id = d.node_id AND h.status = 'queued' AND h.overlap_policy <> 'allow'
                ORDER BY h.due_at, h.id LIMIT 1) h
            JOIN trigger_firings q ON q.id = h.id WHERE q.attempts = 0 AND q.next_attempt_at > clock_timestamp()
            FOR UPDATE OF q SKIP LOCKED)
        """;

    private const string Decide = """
        UPDATE trigger_firings f SET status = r.status, execution_id = r.execution_id, error_message = r.error,
            next_attempt_at = CASE WHEN r.status = 'queued' THEN clock_timestamp() + r.pause ELSE f.next_attempt_at END,
            decided_at = CASE WHEN r.status = 'queued' THEN NULL ELSE clock_timestamp() END
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::interval[]) AS r (id, status, execution_id, error, pause)
        WHERE f.id = r.id AND f.status = 'queued'
        """;

    private const string NextDue = "SELECT min(next_attempt_at) - clock_timestamp() FROM trigger_firings WHERE status = 'queued'";

    /// <summary>Keeps a delivery until an engine takes it. One that is there already, queued or long started, stays as it is.</summary>
    public async Task AddAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var trigger = delivery.Trigger;
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(
            Add, Statement.Uuid(Guid.CreateVersion7()), Statement.Uuid(trigger.WorkflowId), Statement.Uuid(trigger.UserId), Statement.Text(trigger.NodeId),
            Statement.Text(trigger.Subtype), Statement.Integer(trigger.WorkflowVersion), Statement.Text(delivery.Key), Statement.Json(delivery.Json.ToStringUtf8())));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Takes up to <paramref name="most"/> due firings for the length of the lease. Of those, the ones whose trigger's run before still goes on are left out here, or
    /// put off, as their overlap policy says; they are not returned.
    /// </summary>
    public async Task<IReadOnlyList<ClaimedFiring>> ClaimAsync(int most, CancellationToken cancellationToken)
    {
        var claimed = new List<ClaimedFiring>();
        var skipped = new List<Guid>();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(most), new NpgsqlParameter { Value = Lease, NpgsqlDbType = NpgsqlDbType.Interval }));
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var verdict = reader.GetString(9);
                if (verdict == "start")
                {
                    claimed.Add(new ClaimedFiring(
                        reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5), reader.GetString(6),
                        reader.GetString(7), reader.GetInt32(8)));
                }
                else if (verdict == "skip")
                {
                    skipped.Add(reader.GetGuid(0));
                }
            }
        }

        if (skipped.Count > 0)
        {
            await using var follow = database.CreateBatch();
            follow.BatchCommands.Add(FollowAll([.. skipped]));
            await follow.ExecuteNonQueryAsync(cancellationToken);
        }

        return claimed;
    }

    /// <summary>Records what became of claimed firings. One whose lease had run out and that another has decided meanwhile stays as that one said.</summary>
    public async Task DecideAsync(IReadOnlyList<FiringResult> results, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Decide)
        {
            Parameters =
            {
                new() { Value = results.Select(result => result.Id).ToArray() },
                Statement.Texts([.. results.Select(result => result.Status)]),
                new() { Value = results.Select(result => result.ExecutionId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = results.Select(result => result.Error).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = results.Select(result => result.Pause).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval },
            },
        });
        batch.BatchCommands.Add(FollowAll([.. results.Where(result => result.Status != "queued").Select(result => result.Id)]));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand FollowAll(Guid[] decided) => Statement.Of(Follow, new NpgsqlParameter { Value = decided });

    /// <summary>How long until the next firing may be claimed; null when none is queued.</summary>
    public async Task<TimeSpan?> NextDueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(NextDue);
        return await command.ExecuteScalarAsync(cancellationToken) is TimeSpan due ? due : null;
    }

    /// <summary>Call it after firings were committed that are due at once.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public void Dispose() => _wake.Dispose();

    internal Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _wake.WaitAsync(atMost, cancellationToken);
}
