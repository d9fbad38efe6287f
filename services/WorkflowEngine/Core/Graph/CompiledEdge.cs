namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>How an edge stands to the loops around its ends.</summary>
public enum EdgeKind
{
    /// <summary>Both ends are run together.</summary>
    Local,

    /// <summary>From a loop's port <c>iteration</c> to its body, or a body in there: carries the element of each iteration.</summary>
    Enter,

    /// <summary>Out of a loop's body: carries the list of what every iteration gave, when the loop is over.</summary>
    Exit,

    /// <summary>From outside of a loop into its body: the loop waits for it, and every iteration gets the same.</summary>
    Outer,
}

/// <summary>
/// A connection by the places of its ends. The index is its place among the workflow's connections; the slot its place among those into
/// the same scope. The conversion is the JavaScript that reshapes what it carries, or null.
/// </summary>
public readonly record struct CompiledEdge(
    int Index, int From, string Port, int To, EdgeKind Kind = EdgeKind.Local, int Slot = 0, string? Conversion = null);
