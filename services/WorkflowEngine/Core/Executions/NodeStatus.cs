using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Executions;

public enum NodeStatus
{
    Pending,
    Running,
    Success,
    Error,
    Skipped,
    Canceled,

    /// <summary>Waits for something outside to happen: a timer, later a person or an event. It is not run again after a restart.</summary>
    WaitingInput,
    Retrying,
}

public static class NodeStatuses
{
    private static readonly FrozenDictionary<NodeStatus, string> Wire = new Dictionary<NodeStatus, string>
    {
        [NodeStatus.Pending] = "PENDING",
        [NodeStatus.Running] = "RUNNING",
        [NodeStatus.Success] = "SUCCESS",
        [NodeStatus.Error] = "ERROR",
        [NodeStatus.Skipped] = "SKIPPED",
        [NodeStatus.Canceled] = "CANCELED",
        [NodeStatus.WaitingInput] = "WAITING_INPUT",
        [NodeStatus.Retrying] = "RETRYING",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, NodeStatus> FromWire = Wire.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static string ToWire(this NodeStatus status) => Wire[status];

    public static bool TryParse(string wire, out NodeStatus status) => FromWire.TryGetValue(wire, out status);

    /// <exception cref="FormatException">No status is written like that.</exception>
    public static NodeStatus Parse(string wire) =>
        TryParse(wire, out var status) ? status : throw new FormatException($"'{wire}' is not a node status.");

    public static bool IsTerminal(this NodeStatus status) => NodeTransitions.From(status).Count == 0;
}
