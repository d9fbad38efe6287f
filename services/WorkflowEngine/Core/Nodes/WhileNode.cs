using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// FLOW.WHILE runs its body as long as a condition holds. The condition sees the node's input, <c>$loop.index</c> (iterations so far) and
/// <c>$loop.last</c> (what the last one came to).
/// </summary>
internal sealed class WhileNode : LoopNode
{
    private const string Condition = "condition_expression";

    public override NodeStep Begin(NodeContext node) => new NodeStep.Iterate(PlanOf(node.Configuration, default));

    public override LoopPlan PlanOf(JsonData configuration, JsonData elements) => new(default(JsonData))
    {
        MaxIterations = Whole(configuration["max_iterations"], 100),
        BreakOnError = !configuration["break_on_error"].IsFalse,
    };

    public override bool GoesOn(NodeContext node, LoopProgress loop) => Holds(node, loop, Condition);

    internal static bool Holds(NodeContext node, LoopProgress loop, string parameter) => node.Node.Expressions[parameter].IsTrue(node.Scope with
    {
        Loop = JsonData.Object(("index", loop.Begun), ("last", loop.LastResult.IsMissing ? JsonData.Null : loop.LastResult), ("item", node.Loop["item"])),
    });
}
