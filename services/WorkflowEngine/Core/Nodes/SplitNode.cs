using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// FLOW.SPLIT sends what arrived to several ports at once: whole, to each port whose predicate holds, and in parts, to each port that is
/// called like a key. When it goes nowhere else it goes to <c>result</c>.
/// </summary>
internal sealed class SplitNode : NodeBehaviour
{
    public override object Prepare(NodeSpec spec, JsonData configuration)
    {
        var predicates = new List<(string Port, Expression Holds)>();
        foreach (var (port, written) in configuration["predicate_paths"].Fields)
        {
            var place = $"predicate_paths.{port}";
            var source = written.Text ?? throw new ExpressionException("A predicate is an expression.", 0) { Parameter = place };
            try
            {
                predicates.Add((port, Expression.Compile(source)));
            }
            catch (ExpressionException exception)
            {
                throw exception.In(null, place);
            }
        }

        return predicates.ToArray();
    }

    public override IEnumerable<string> PortsOf(JsonData configuration) =>
        configuration["predicate_paths"].Fields.ToArray().Select(field => field.Key).Concat(Keys(configuration));

    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        if (configuration["predicate_paths"].Count == 0 && configuration["by_key"].Count == 0)
        {
            yield return ("predicate_paths", "There has to be a predicate, or a key in by_key.");
        }

        if (PortsOf(configuration).FirstOrDefault(port => port is NodeSpec.ErrorPort or ConnectionDefinition.DefaultOutputKey) is { } reserved)
        {
            yield return ("predicate_paths", $"'{reserved}' cannot be a port of its own.");
        }
    }

    public override NodeStep Begin(NodeContext node)
    {
        var payload = node.Json.IsNull ? JsonData.EmptyObject : node.Json;
        var outputs = new JsonObjectBuilder();
        foreach (var (port, holds) in ((string, Expression)[])node.Node.Prepared!)
        {
            if (holds.IsTrue(node.Scope))
            {
                outputs.Set(port, payload);
            }
        }

        foreach (var key in Keys(node.Configuration))
        {
            if (Values.Path(node.Data, key) is { IsNull: false } part)
            {
                outputs.Set(key, part);
            }
        }

        if (outputs.Count == 0)
        {
            outputs.Set(ConnectionDefinition.DefaultOutputKey, payload);
        }

        return new NodeStep.Completed(outputs.Build());
    }

    private static IEnumerable<string> Keys(JsonData configuration) =>
        configuration["by_key"].Items.ToArray().Where(key => key.Text is { Length: > 0 }).Select(key => key.Text!);
}
