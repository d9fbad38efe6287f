namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>
/// A set of nodes that is run as a whole, once per iteration of the loop it belongs to. The root scope belongs to no loop and is run once.
/// </summary>
internal sealed class LoopScope
{
    public const int Root = -1;

    public required int Id { get; init; }

    /// <summary>Index of the loop node, or <see cref="Root"/>.</summary>
    public required int Loop { get; init; }

    /// <summary>The scope the loop node itself stands in; null for the root scope.</summary>
    public required LoopScope? Parent { get; init; }

    public int Depth => Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>Indexes of the nodes, in the document's order.</summary>
    public int[] Nodes { get; internal set; } = [];

    /// <summary>Edges that lead to a node in here, wherever they come from.</summary>
    public CompiledEdge[] Edges { get; internal set; } = [];

    /// <summary>Edges from a node in here, or in a scope below, to a node in a scope above: they deliver when the loop is over.</summary>
    public CompiledEdge[] Exits { get; internal set; } = [];

    /// <summary>Nodes without an edge to another node in here: what they give is the iteration's result.</summary>
    public int[] Sinks { get; internal set; } = [];

    public bool IsWithin(LoopScope other)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope == other)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this is that loop's body, or the body of a loop in there.</summary>
    public bool IsInBodyOf(int loop) => Loop == loop || (Parent?.IsInBodyOf(loop) ?? false);

    /// <summary>The loop node in <paramref name="above"/> whose body, at some depth, this scope is.</summary>
    public int LoopIn(LoopScope above)
    {
        var scope = this;
        while (scope.Parent != above)
        {
            scope = scope.Parent ?? throw new InvalidOperationException("The scope is not within the other.");
        }

        return scope.Loop;
    }
}
