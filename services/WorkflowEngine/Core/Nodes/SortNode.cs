using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>FLOW.SORT. The input <c>sort_override</c> {sort_field, order} wins over the configuration.</summary>
internal sealed class SortNode : NodeBehaviour
{
    public override NodeStep Begin(NodeContext node)
    {
        if (Lists.Of(node.Data) is not { } items)
        {
            return Lists.NoItems(node.Data);
        }

        var settings = node.Configuration.Overlay(node.Inputs["sort_override"]);
        var (sorted, indices, comparisons) = Ordering.Sort(items, settings["sort_field"].ToDisplayText(), settings["order"].Text == "desc");
        return NodeStep.Result(JsonData.Object(
            ("sorted_data", JsonData.Adopt(sorted)),
            ("sort_stats", JsonData.Object(
                ("total_items", items.Count), ("items_sorted", sorted.Length), ("sort_time_ms", 0), ("comparisons_made", comparisons))),
            ("original_indices", JsonData.Adopt(Array.ConvertAll(indices, at => JsonData.Of(at))))));
    }
}
