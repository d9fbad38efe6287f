using System.Collections.Frozen;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>Every move an execution can make. What is not here does not happen.</summary>
public static class ExecutionTransitions
{
    public static FrozenDictionary<ExecutionStatus, FrozenSet<ExecutionStatus>> Table { get; } =
        new Dictionary<ExecutionStatus, FrozenSet<ExecutionStatus>>
        {
            [ExecutionStatus.New] = To(ExecutionStatus.Running, ExecutionStatus.Canceled, ExecutionStatus.Error, ExecutionStatus.Timeout),
            [ExecutionStatus.Running] = To(
                ExecutionStatus.Success, ExecutionStatus.Error, ExecutionStatus.Canceled, ExecutionStatus.Timeout,
                ExecutionStatus.Paused, ExecutionStatus.WaitingForHuman),
            [ExecutionStatus.Paused] = To(
                ExecutionStatus.Running, ExecutionStatus.Canceled, ExecutionStatus.Error, ExecutionStatus.Timeout),
            [ExecutionStatus.WaitingForHuman] = To(
                ExecutionStatus.Running, ExecutionStatus.Canceled, ExecutionStatus.Error, ExecutionStatus.Timeout),
            [ExecutionStatus.Success] = [],
            [ExecutionStatus.Error] = [],
            [ExecutionStatus.Canceled] = [],
            [ExecutionStatus.Timeout] = [],
        }.ToFrozenDictionary();

    public static FrozenSet<ExecutionStatus> From(ExecutionStatus status) => Table[status];

    public static bool Allows(ExecutionStatus from, ExecutionStatus to) => Table[from].Contains(to);

    private static FrozenSet<ExecutionStatus> To(params ExecutionStatus[] statuses) => statuses.ToFrozenSet();
}
