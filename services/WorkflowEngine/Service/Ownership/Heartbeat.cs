using Npgsql;

namespace AiTeams.WorkflowEngine.Ownership;

/// <summary>
/// Says every second that this engine lives, by the database's clock. Registers the instance before anything else starts and signs
/// it off at the end, so that a planned stop is taken over at once and a crash after <see cref="Lease"/>.
/// </summary>
internal sealed partial class Heartbeat(NpgsqlDataSource database, EngineInstance engine, TimeProvider clock, ILogger<Heartbeat> logger)
    : BackgroundService
{
    /// <summary>An engine that has been silent this long is dead. Takeover within 10 s of a death: lease + one take-over round.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _beatsInARow;

    /// <summary>Completes when the instance's row exists; nothing may own executions before.</summary>
    public Task Registered => _registered.Task;

    /// <summary>
    /// True when this engine has been heard for a while. After a database outage every engine is late; judging others then would
    /// have the first one back take everything.
    /// </summary>
    public bool MayJudgeOthers => _beatsInARow >= 3;

    /// <summary>Writes one heartbeat. False: the instance was declared dead.</summary>
    public async Task<bool> BeatAsync(CancellationToken cancellationToken)
    {
        // Only the first beat makes the row. Whoever took over our executions deletes it in the end: making it again would bring a dead
        // instance back to life.
        await using var command = database.CreateCommand(_registered.Task.IsCompleted
            ? "UPDATE engine_instances SET heartbeat_at = now() WHERE id = $1 AND name = $2 AND status = 'active' RETURNING 1"
            : """
            INSERT INTO engine_instances AS i (id, name, started_at, heartbeat_at, status) VALUES ($1, $2, now(), now(), 'active')
            ON CONFLICT (id) DO UPDATE SET heartbeat_at = now() WHERE i.status = 'active'
            RETURNING 1
            """);
        command.Parameters.Add(new() { Value = engine.Id });
        command.Parameters.Add(new() { Value = engine.Name });
        if (await command.ExecuteScalarAsync(cancellationToken) is null)
        {
            return false;
        }

        _registered.TrySetResult();
        return true;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var command = database.CreateCommand("UPDATE engine_instances SET status = 'stopped' WHERE id = $1 AND status = 'active'");
            command.Parameters.Add(new() { Value = engine.Id });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException ex)
        {
            LogMissed(ex.Message);                        // the lease runs out instead
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await BeatAsync(stoppingToken))
                {
                    engine.Fence();
                    return;
                }

                _beatsInARow++;
                await Task.Delay(Interval, clock, stoppingToken);
            }
            catch (Exception ex) when (ex is NpgsqlException or TimeoutException)
            {
                _beatsInARow = 0;
                LogMissed(ex.Message);
                await Task.Delay(Interval, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Heartbeat missed: {Reason}")]
    private partial void LogMissed(string reason);
}
