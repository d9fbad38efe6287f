using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>Where a path can begin with a dollar sign.</summary>
internal sealed class Root(int position, string name) : Syntax(position, 1)
{
    public static IReadOnlyList<string> Names { get; } = ["json", "input", "node", "trigger", "config", "vars", "item", "loop", "now"];

    public static bool IsKnown(string name) => Names.Contains(name);

    protected override JsonData Compute(Evaluation evaluation)
    {
        var scope = evaluation.Scope;
        return name switch
        {
            "json" => scope.Json,
            "trigger" => scope.Trigger,
            "config" => scope.Config,
            "vars" => scope.Vars,
            "item" => scope.Item.IsMissing ? scope.Loop["item"] : scope.Item,
            "loop" => scope.Loop,
            "now" => scope.Now.ToUnixTimeMilliseconds(),
            "input" => scope.Json,
            _ => default,
        };
    }
}

/// <summary><c>$input.port</c>: what arrived from a port. A name that is no port is taken as a field of the main input.</summary>
internal sealed class PortInput(int position, string port) : Syntax(position, 1)
{
    protected override JsonData Compute(Evaluation evaluation)
    {
        var scope = evaluation.Scope;
        var arrived = scope.Ports[port];
        return !arrived.IsMissing ? arrived
            : port is "result" or "main" ? scope.Json
            : Values.Step(scope.Json, port);
    }
}

/// <summary><c>$node["id or name"]</c>: the outputs of an earlier node, by port.</summary>
internal sealed class NodeOutputs(int position, Syntax key) : Syntax(position, Above(key))
{
    public string? Key => (key as Literal)?.Value.Text;

    protected override JsonData Compute(Evaluation evaluation) =>
        key.Evaluate(evaluation).Text is { } name && evaluation.Scope.NodeOutputs is { } outputs ? outputs(name) : default;
}

/// <summary>
/// A path that begins with a plain name: the element at hand, a field of it, one of the node's inputs, then the other parts of
/// the context.
/// </summary>
internal sealed class BareName(int position, string name) : Syntax(position, 1)
{
    public bool IsNodes => name == "nodes";

    protected override JsonData Compute(Evaluation evaluation)
    {
        var scope = evaluation.Scope;
        switch (name)
        {
            case "item" when !scope.Item.IsMissing:
                return scope.Item;
            case "index" when !scope.Item.IsMissing:
                return scope.Index;
        }

        var field = scope.Item.IsObject ? Values.Step(scope.Item, name) : default;
        if (!field.IsMissing)
        {
            return field;
        }

        var input = Values.Step(scope.Inputs, name);
        if (!input.IsMissing)
        {
            return input;
        }

        return name switch
        {
            "input" => scope.Json,
            "inputs" => scope.Inputs,
            "config" => scope.Config,
            "trigger" => scope.Trigger,
            "vars" => scope.Vars,
            "item" or "index" when !scope.Loop.IsMissing => scope.Loop[name],
            "iteration" when !scope.Loop.IsMissing => scope.Loop["index"],
            _ => Values.Step(scope.Json, name) is { IsMissing: false } json ? json : Values.Step(scope.Loop["item"], name),
        };
    }
}
