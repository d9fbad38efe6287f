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

    // The same moment for all rows of a batch, and the order they became due in.
    private const string Claim = """
        WITH due AS MATERIALIZED (
            SELECT id FROM trigger_firings WHERE status = 'queued' AND next_attempt_at <= clock_timestamp()
            ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE trigger_firings f SET next_attempt_at = clock_timestamp() + $2, attempts = f.attempts + 1 FROM due WHERE f.id = due.id
        RETURNING f.id, f.workflow_id, f.user_id, f.node_id, f.trigger_subtype, f.workflow_version, f.delivery_key, f.trigger_data::text, f.attempts
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

    /// <summary>Takes up to <paramref name="most"/> due firings for the length of the lease.</summary>
    public async Task<IReadOnlyList<ClaimedFiring>> ClaimAsync(int most, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Statement.Of(Claim, Statement.Integer(most), new NpgsqlParameter { Value = Lease, NpgsqlDbType = NpgsqlDbType.Interval }));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<ClaimedFiring>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new ClaimedFiring(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5), reader.GetString(6),
                reader.GetString(7), reader.GetInt32(8)));
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
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

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
