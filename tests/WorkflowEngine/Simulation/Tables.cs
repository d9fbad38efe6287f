using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>A row of engine_instances.</summary>
internal sealed class EngineRow
{
    public required DateTimeOffset HeartbeatAt { get; set; }

    public string Status { get; set; } = "active";

    public long LastFlush { get; set; }
}

/// <summary>A row of workflow_executions.</summary>
internal sealed class StoredExecution(ExecutionRow row, Guid engineId)
{
    public ExecutionRow Row { get; } = row;

    public Guid? EngineId { get; set; } = engineId;

    public string Status { get; set; } = "RUNNING";

    public bool HasEnded => Status is "SUCCESS" or "ERROR" or "CANCELED" or "TIMEOUT";

    public Dictionary<(string NodeId, long Iteration), NodeRow> Nodes { get; } = [];

    public Dictionary<(string NodeId, long Iteration, string Reason), DateTimeOffset> Timers { get; } = [];

    public Dictionary<Guid, LogRow> Logs { get; } = [];

    public int Finished { get; set; }
}
