using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Executions;

/// <summary>
/// What of an earlier run is kept when it is run again from a node: the results of nodes that neither are that node nor depend on it, as far
/// as they are results and everything they depend on is kept too. A loop is kept or run again as a whole.
/// </summary>
public sealed class RerunPlan
{
    private RerunPlan(string fromNodeId, HashSet<string> kept)
    {
        FromNodeId = fromNodeId;
        KeptNodeIds = kept;
    }

    /// <summary>Where it begins: of a node in a loop, the outermost loop around it.</summary>
    public string FromNodeId { get; }

    /// <summary>The nodes whose rows are taken over, in all iterations.</summary>
    public IReadOnlySet<string> KeptNodeIds { get; }

    /// <summary>Works the plan out. Null, with code and reason, when the workflow cannot be run from there.</summary>
    /// <param name="workflow">The version that is going to run; it need not be the one the rows are of.</param>
    /// <param name="start">The new run's start; says what can be reached.</param>
    /// <param name="fromNodeId">Null: from the beginning, so nothing is kept.</param>
    /// <param name="ranAs">The version the rows are of.</param>
    /// <param name="rows">What the earlier run came to.</param>
    public static (RerunPlan? Plan, (string Code, string Reason)? Problem) Of(
        CompiledWorkflow workflow, ExecutionStart start, string? fromNodeId, CompiledWorkflow ranAs, IReadOnlyCollection<NodeRecord> rows)
    {
        var entry = workflow.Entry(start);
        if (fromNodeId is null)
        {
            return (new RerunPlan(workflow.Node(entry.Trigger).Id, []), null);
        }

        if (workflow.Find(fromNodeId) is not { } named || named.Id != fromNodeId)
        {
            return (null, ("unknown_node", $"This version of the workflow has no node '{fromNodeId}' that runs."));
        }

        var from = workflow.UnitOf(named);
        return entry.Reachable[from.Index]
            ? (new RerunPlan(from.Id, Kept(workflow, entry, from, ranAs, rows)), null)
            : (null, ("unreachable_node", $"Node '{from.Name}' is not reached from where the run began."));
    }

    private static HashSet<string> Kept(CompiledWorkflow workflow, EntryPlan entry, CompiledNode from, CompiledWorkflow ranAs, IReadOnlyCollection<NodeRecord> rows)
    {
        var byNode = rows.ToLookup(row => row.NodeId, StringComparer.Ordinal);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var unit in workflow.Order.Select(workflow.Node).Where(node => node.Scope == workflow.Root && entry.Reachable[node.Index] && node != from))
        {
            var members = workflow.Nodes.Where(node => workflow.UnitOf(node) == unit).ToArray();
            var dependsOnKept = members.SelectMany(node => node.IncomingEdges).Select(edge => workflow.Node(edge.From))
                .All(source => !entry.Reachable[source.Index] || workflow.UnitOf(source) == unit || kept.Contains(source.Id));
            if (dependsOnKept && HasResult(unit, byNode[unit.Id]) && (unit.Body is null || IsSameLoop(ranAs, unit, members)))
            {
                kept.UnionWith(members.Select(node => node.Id));
            }
        }

        return kept;
    }

    private static bool HasResult(CompiledNode node, IEnumerable<NodeRecord> rows) => rows.Any(row =>
        IsOf(node, row)
        && (row.Status is NodeStatus.Success or NodeStatus.Skipped || (row.Status == NodeStatus.Error && node.Definition.OnError != ErrorStrategy.Stop)));

    // The rows of iterations only mean something to the body they were made by.
    private static bool IsSameLoop(CompiledWorkflow ranAs, CompiledNode loop, CompiledNode[] members) =>
        ranAs.Find(loop.Id) is { } then
        && ranAs.Nodes.Where(node => ranAs.UnitOf(node) == then).Select(Shape).ToHashSet().SetEquals(members.Select(Shape));

    private static (string, string, string, int) Shape(CompiledNode node) =>
        (node.Id, node.Definition.Type, node.Definition.Subtype, node.Scope.Depth);

    private static bool IsOf(CompiledNode node, NodeRecord row) =>
        node.Definition.Type == row.NodeType && node.Definition.Subtype == row.NodeSubtype;
}
