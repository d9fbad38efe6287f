namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>
/// One run of a node inside one execution. The iteration is 0 outside loops; in a loop it is the number of the iteration from 0, and in a
/// loop within a loop the outer one's times <see cref="PerLoop"/> plus the inner one's.
/// </summary>
public readonly record struct NodeRun(string NodeId, long Iteration = 0)
{
    /// <summary>A loop has at most so many iterations.</summary>
    public const int PerLoop = 10_000;

    /// <summary>Loops stand at most so deep in one another: deeper, the number would not fit.</summary>
    public const int MaxLoopDepth = 4;

    /// <summary>The same on every attempt at this run, and of no other run: outside parties de-duplicate by it.</summary>
    public string IdempotencyKey(string executionId) => string.Create(null, $"{executionId}:{NodeId}:{Iteration}");
}
