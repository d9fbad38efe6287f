using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// What a loop is going to do. With elements it does that for each of them; without, for as long as its condition holds, which its
/// behaviour is asked before each iteration.
/// </summary>
internal sealed record LoopPlan(JsonData Elements)
{
    /// <summary>No more iterations than this.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>How many iterations may be under way at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>A failure in the body ends the run; otherwise it ends its iteration only.</summary>
    public bool BreakOnError { get; init; } = true;

    public bool CollectResults { get; init; } = true;

    public bool IsConditional => Elements.IsMissing;
}
