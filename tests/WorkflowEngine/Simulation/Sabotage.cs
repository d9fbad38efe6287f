namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>A rule that is broken on purpose: whoever checks rules must notice.</summary>
public enum Sabotage
{
    None,

    /// <summary>begin_flush lets the dead write.</summary>
    DeadMayWrite,

    /// <summary>Engines take work over without declaring its owner dead.</summary>
    TakeOverFromTheLiving,

    /// <summary>Old rows arrive once more, and the upsert writes over what was terminal.</summary>
    TerminalRowsAreWrittenOver,

    /// <summary>A repeated flush is written again though its first try was committed.</summary>
    RepeatsAreBlind,

    /// <summary>Each attempt at a call has a key of its own.</summary>
    NewKeyPerAttempt,

    /// <summary>One in four timers is not written.</summary>
    TimersAreLost,

    /// <summary>The writer says it is on disk before it is.</summary>
    AcknowledgedBeforeTheFlush,

    /// <summary>A flush is cut off in the middle and its first half stays.</summary>
    HalfAFlush,

    /// <summary>Whoever goes on with an execution counts its log lines from the beginning.</summary>
    SequenceForgotten,

    /// <summary>The answer to a claim is lost, and nobody looks for what was claimed.</summary>
    ClaimsAreForgotten,
}
