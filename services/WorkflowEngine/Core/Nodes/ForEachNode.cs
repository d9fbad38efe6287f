using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>FLOW.FOR_EACH runs its body once per item of a list; an iteration gets the item itself.</summary>
internal sealed class ForEachNode : LoopNode
{
    public override NodeStep Begin(NodeContext node)
    {
        var items = node.Node.Expressions.TryGetValue("items_source", out var source) ? source.Evaluate(node.Scope) : node.Data;
        if ((items.IsArray ? items : Lists.Of(items)) is not { } list)
        {
            return Lists.NoItems(items);
        }

        var plan = PlanOf(node.Configuration, list);
        return list.Count <= plan.MaxIterations
            ? new NodeStep.Iterate(plan)
            : new NodeStep.Failed(new("too_many_items", $"There are {list.Count} items, and max_iterations is {plan.MaxIterations} (at most {NodeRun.PerLoop})."));
    }

    public override LoopPlan PlanOf(JsonData configuration, JsonData elements) => new(elements)
    {
        MaxIterations = Whole(configuration["max_iterations"], NodeRun.PerLoop),
        Concurrency = Whole(configuration["concurrency"], 1),
        BreakOnError = !configuration["break_on_error"].IsFalse,
    };
}
