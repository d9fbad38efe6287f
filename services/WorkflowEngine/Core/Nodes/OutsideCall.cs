namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Something only the world outside can do for a node: everything it takes is in here, nothing is left to be looked up.</summary>
public abstract record OutsideCall
{
    /// <summary>The same at every attempt, also after a restart.</summary>
    public required string IdempotencyKey { get; init; }
}

/// <summary>What came of an <see cref="OutsideCall"/>; each kind of call has its own.</summary>
public abstract record OutsideResult;
