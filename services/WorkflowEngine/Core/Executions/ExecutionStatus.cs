using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Executions;

public enum ExecutionStatus
{
    New,
    Running,
    Success,
    Error,
    Canceled,
    Paused,
    WaitingForHuman,
    Timeout,
}

public static class ExecutionStatuses
{
    private static readonly FrozenDictionary<ExecutionStatus, string> Wire = new Dictionary<ExecutionStatus, string>
    {
        [ExecutionStatus.New] = "NEW",
        [ExecutionStatus.Running] = "RUNNING",
        [ExecutionStatus.Success] = "SUCCESS",
        [ExecutionStatus.Error] = "ERROR",
        [ExecutionStatus.Canceled] = "CANCELED",
        [ExecutionStatus.Paused] = "PAUSED",
        [ExecutionStatus.WaitingForHuman] = "WAITING_FOR_HUMAN",
        [ExecutionStatus.Timeout] = "TIMEOUT",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, ExecutionStatus> FromWire = Wire.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static string ToWire(this ExecutionStatus status) => Wire[status];

    public static bool TryParse(string wire, out ExecutionStatus status) => FromWire.TryGetValue(wire, out status);

    /// <exception cref="FormatException">No status is written like that.</exception>
    public static ExecutionStatus Parse(string wire) =>
        TryParse(wire, out var status) ? status : throw new FormatException($"'{wire}' is not an execution status.");

    public static bool IsTerminal(this ExecutionStatus status) => ExecutionTransitions.From(status).Count == 0;
}
