using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Graph;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>FLOW.LOOP counts, walks a list, or goes on while a condition holds. An iteration gets its value under iteration_variable.</summary>
internal sealed class RangeLoopNode : LoopNode
{
    public override NodeStep Begin(NodeContext node)
    {
        var configuration = node.Configuration;
        switch (configuration["loop_type"].Text)
        {
            case "while":
                return node.Node.Expressions.ContainsKey("loop_condition")
                    ? new NodeStep.Iterate(PlanOf(configuration, default))
                    : new NodeStep.Failed(new("invalid_parameter", "A loop of type while needs a loop_condition."));
            case "for_each":
                var path = configuration["array_path"].Text ?? "";
                var items = path.Length > 0 ? Values.Path(node.Json, path) : node.Inputs["loop_data"] is { IsArray: true } given ? given : Lists.Of(node.Data) ?? default;
                return items.IsArray
                    ? new NodeStep.Iterate(PlanOf(configuration, Elements(configuration, items.Items.ToArray())))
                    : path.Length > 0 ? new NodeStep.Failed(new("invalid_input", $"There is no list at '{path}'.")) : Lists.NoItems(node.Data);
            default:
                return Range(configuration) is { } range
                    ? new NodeStep.Iterate(PlanOf(configuration, Elements(configuration, range)))
                    : new NodeStep.Failed(new("invalid_parameter", "start_value and end_value must be numbers, and step_value a number other than 0."));
        }
    }

    public override LoopPlan PlanOf(JsonData configuration, JsonData elements) =>
        new(configuration["loop_type"].Text == "while" ? default : elements)
        {
            MaxIterations = Whole(configuration["max_iterations"], 100),
            BreakOnError = !configuration["break_on_error"].IsFalse,
            CollectResults = !configuration["collect_results"].IsFalse,
        };

    public override bool GoesOn(NodeContext node, LoopProgress loop) => WhileNode.Holds(node, loop, "loop_condition");

    public override JsonData ElementOf(CompiledNode node, int index) =>
        JsonData.Object((node.Definition.Configurations["iteration_variable"].Text ?? "index", index));

    private static JsonData Elements(JsonData configuration, JsonData[] values)
    {
        var name = configuration["iteration_variable"].Text ?? "index";
        return JsonData.Array(values.Take(Whole(configuration["max_iterations"], 100) + 1).Select(value => JsonData.Object((name, value))));
    }

    // One more than can run is enough to tell that the loop was cut short.
    private static JsonData[]? Range(JsonData configuration)
    {
        var step = configuration["step_value"].IsNull ? 1 : Number(configuration["step_value"]);
        if (Number(configuration["start_value"]) is not { } start || Number(configuration["end_value"]) is not { } end || step is not { } by || by == 0)
        {
            return null;
        }

        var values = new List<JsonData>();
        for (var at = 0; at <= NodeRun.PerLoop; at++)
        {
            var value = start + (at * by);
            if (by > 0 ? value > end : value < end)
            {
                break;
            }

            values.Add(value == Math.Floor(value) && Math.Abs(value) < 1e15 ? JsonData.Of((long)value) : JsonData.Of(value));
        }

        return [.. values];
    }

    private static double? Number(JsonData value) => Values.TryNumber(value, out var number) ? number : null;
}
