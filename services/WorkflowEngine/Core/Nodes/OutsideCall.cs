namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>Something only the world outside can do for a node: everything it takes is in here, nothing is left to be looked up.</summary>
public abstract record OutsideCall
{
    /// <summary>The same at every attempt, also after a restart.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>For whom it is made, as the log of calls names them. Whoever makes the call fills it in; nothing is decided by it.</summary>
    public CallOrigin? Origin { get; init; }

    /// <summary>Whether it counts among the calls that may be under way at once. Not one that waits for what needs such places itself.</summary>
    public virtual bool TakesPlace => true;
}

/// <summary>Whose call it is. NodeId is the stored node's, Attempt counts from 0.</summary>
public sealed record CallOrigin(Guid UserId, Guid WorkflowId, Guid ExecutionId, Guid NodeId, int Attempt);

/// <summary>What came of an <see cref="OutsideCall"/>; each kind of call has its own.</summary>
public abstract record OutsideResult;
