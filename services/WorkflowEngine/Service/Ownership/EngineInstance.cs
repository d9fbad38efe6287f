namespace AiTeams.WorkflowEngine.Ownership;

/// <summary>
/// This process's identity among the engines: the row of engine_instances its executions carry. A new process is a new instance, so a
/// dead one's late writes can always be told from ours.
/// </summary>
internal sealed partial class EngineInstance(IHostApplicationLifetime lifetime, ILogger<EngineInstance> logger)
{
    /// <summary>Raised by assert_engine_alive() when the instance was declared dead.</summary>
    public const string FencedSqlState = "AT001";

    /// <summary>Begins the name of each engine's sessions in pg_stat_activity; its id follows.</summary>
    public const string SessionPrefix = "workflow-engine ";

    public Guid Id { get; } = Guid.CreateVersion7();

    public string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>What its sessions are called in pg_stat_activity, so that others can end them when it is gone.</summary>
    public string SessionName => $"{SessionPrefix}{Id:D}";

    public bool IsFenced { get; private set; }

    /// <summary>Another engine owns our executions now. Nothing in memory is worth keeping: end, and let the supervisor start anew.</summary>
    public void Fence()
    {
        if (IsFenced)
        {
            return;
        }

        IsFenced = true;
        LogFenced(Id);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Engine {EngineId} was declared dead while it was away; its executions have a new owner. Stopping.")]
    private partial void LogFenced(Guid engineId);
}

/// <summary>This engine may not write any more: it is stopping, or another one has taken over. Whoever owns the execution goes on with it.</summary>
internal sealed class EngineFencedException() : Exception("This engine does not own its executions any more.");
