using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>
/// FLOW.SWITCH hands what arrived to the first case that holds (or to all of them), and to <c>default</c> when none does. A case is a
/// condition, or a value that switch_value is compared with; its port is called as it says, or <c>case_0</c>, <c>case_1</c> and so on.
/// </summary>
internal sealed class SwitchNode : NodeBehaviour
{
    public const string DefaultPort = "default";

    public override object Prepare(NodeSpec spec, JsonData configuration)
    {
        var cases = configuration["cases"];
        var read = new Case[cases.Count];
        for (var at = 0; at < read.Length; at++)
        {
            var place = $"cases[{at}]";
            try
            {
                read[at] = Read(cases[at], PortOf(cases[at], at), place);
            }
            catch (ExpressionException exception)
            {
                throw exception.In(null, place);
            }
        }

        return read;
    }

    public override IEnumerable<string> PortsOf(JsonData configuration)
    {
        var cases = configuration["cases"];
        return Enumerable.Range(0, cases.Count).Select(at => PortOf(cases[at], at));
    }

    public override IEnumerable<(string Parameter, string Message)> Check(JsonData configuration)
    {
        if (configuration["cases"].Count == 0)
        {
            yield return ("cases", "There has to be at least one case.");
        }

        var ports = PortsOf(configuration).ToList();
        if (ports.FirstOrDefault(port => port is DefaultPort or NodeSpec.ErrorPort || port.Length is 0 or > 100) is { } reserved)
        {
            yield return ("cases", $"'{reserved}' cannot be the output of a case.");
        }

        if (configuration["switch_value"].IsNull && configuration["cases"].Items.ToArray().Any(written => written.IsObject && !written["value"].IsMissing))
        {
            yield return ("switch_value", "A case with a value needs a switch_value to compare it with.");
        }
    }

    public override NodeStep Begin(NodeContext node)
    {
        var subject = node.Node.Expressions.TryGetValue("switch_value", out var expression) ? expression.Evaluate(node.Scope) : default;
        var payload = node.Json.IsNull ? JsonData.EmptyObject : node.Json;
        var all = node.Configuration["all_matches"].IsTrue;
        var outputs = new JsonObjectBuilder();
        foreach (var candidate in (Case[])node.Node.Prepared!)
        {
            if (candidate.Holds(subject, node.Scope))
            {
                outputs.Set(candidate.Port, payload);
                if (!all)
                {
                    break;
                }
            }
        }

        if (outputs.Count == 0)
        {
            outputs.Set(DefaultPort, payload);
        }

        return new NodeStep.Completed(outputs.Build());
    }

    private static string PortOf(JsonData written, int at) => written["output"].Text ?? $"case_{at}";

    private static Case Read(JsonData written, string port, string place)
    {
        var condition = written.Text ?? written["condition"].Text;
        if (condition is not null)
        {
            return new Case(port, Expression.Compile(condition), null);
        }

        return written["value"].IsMissing
            ? throw new ExpressionException("A case is a condition, or an object with 'condition' or 'value'.", 0) { Parameter = place }
            : new Case(port, null, CompiledValue.Compile(written["value"], place));
    }

    private sealed record Case(string Port, Expression? Condition, CompiledValue? Value)
    {
        public bool Holds(JsonData subject, ExpressionScope scope) =>
            Condition?.IsTrue(scope) ?? Values.LooselyEqual(subject, Value!.Render(scope));
    }
}
