namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>The ports of the nodes that repeat others.</summary>
public static class LoopPorts
{
    /// <summary>Leads into the body.</summary>
    public const string Iteration = "iteration";

    /// <summary>Carries on when the loop is over.</summary>
    public const string Completed = "completed";
}
