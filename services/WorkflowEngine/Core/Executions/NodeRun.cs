namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>One run of a node inside one execution. The iteration is 0 outside loops.</summary>
public readonly record struct NodeRun(string NodeId, int Iteration = 0)
{
    /// <summary>The same on every attempt at this run, and of no other run: outside parties de-duplicate by it.</summary>
    public string IdempotencyKey(string executionId) => string.Create(null, $"{executionId}:{NodeId}:{Iteration}");
}
