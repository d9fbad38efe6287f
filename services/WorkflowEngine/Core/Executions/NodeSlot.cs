using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>How far the payloads that arrived are converted.</summary>
internal enum ConversionState : byte
{
    None,
    Asked,
    Done,

    /// <summary>Done before the run was restored: the payloads are lost, what they came to stands in the recorded input.</summary>
    Recorded,
}

/// <summary>What an execution remembers of one node.</summary>
internal struct NodeSlot
{
    public NodeStatus Status;

    /// <summary>Given out by TakeReady and not begun yet.</summary>
    public bool Taken;

    /// <summary>Differs from its row.</summary>
    public bool Changed;

    /// <summary>Incoming edges that are neither delivered nor dead.</summary>
    public int OpenEdges;

    public bool Delivered;

    public ConversionState Conversion;

    public int RetryCount;

    public DateTimeOffset? StartedAt;

    public DateTimeOffset? EndedAt;

    public JsonData Input;

    public JsonData Output;

    public JsonData Error;
}
