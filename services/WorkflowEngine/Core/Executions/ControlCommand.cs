using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>What can be asked of an execution while it is under way.</summary>
public enum ControlKind
{
    /// <summary>End it now, whatever it does.</summary>
    Cancel,

    /// <summary>Let what runs finish, and begin nothing more.</summary>
    Pause,

    /// <summary>Take back a pause.</summary>
    Resume,

    /// <summary>Give a node that waits what it waits for.</summary>
    Answer,
}

/// <summary>A request. Run, port and payload only count for an answer; without a port the node itself makes something of the payload.</summary>
public sealed record ControlCommand(ControlKind Kind, NodeRun Run = default, string? Port = null, JsonData Payload = default);

public enum ControlOutcome
{
    /// <summary>It is so because of this command.</summary>
    Done,

    /// <summary>It was so before: asking twice is no error.</summary>
    Unchanged,

    /// <summary>The state does not allow it; the verdict says what stands in the way.</summary>
    Refused,
}

/// <summary>What became of a command. Code and reason are set when it is refused.</summary>
public sealed record ControlVerdict(ControlOutcome Outcome, string? Code = null, string? Reason = null)
{
    public static ControlVerdict Done { get; } = new(ControlOutcome.Done);

    public static ControlVerdict Unchanged { get; } = new(ControlOutcome.Unchanged);

    public static ControlVerdict Refuse(string code, string reason) => new(ControlOutcome.Refused, code, reason);

    /// <summary>After the end nothing can be asked any more, but a cancel that comes twice has what it wants.</summary>
    public static ControlVerdict AfterTheEnd(ControlKind kind, ExecutionStatus outcome) =>
        kind == ControlKind.Cancel && outcome == ExecutionStatus.Canceled
            ? Unchanged
            : Refuse("execution_ended", $"The execution has ended: {outcome.ToWire()}.");
}
