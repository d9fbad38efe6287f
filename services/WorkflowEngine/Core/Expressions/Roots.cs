using System.Collections.Frozen;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>Where a path can begin with a dollar sign.</summary>
internal sealed class Root(int position, string name) : Syntax(position, 1)
{
    private static readonly FrozenDictionary<string, Func<Evaluation, JsonData>> Table = new Dictionary<string, Func<Evaluation, JsonData>>
    {
        ["json"] = static evaluation => evaluation.Scope.Json,
        ["input"] = static evaluation => evaluation.Scope.Json,
        ["node"] = static _ => default,
        ["trigger"] = static evaluation => evaluation.Scope.Trigger,
        ["config"] = static evaluation => evaluation.Scope.Config,
        ["vars"] = static evaluation => evaluation.Scope.Vars,
        ["item"] = static evaluation => evaluation.Item.IsMissing ? evaluation.Scope.Loop["item"] : evaluation.Item,
        ["index"] = static evaluation => evaluation.Item.IsMissing ? evaluation.Scope.Loop["index"] : evaluation.Index,
        ["loop"] = static evaluation => evaluation.Scope.Loop,
        ["now"] = static evaluation => DateText.Iso(Calendar.In(evaluation.Scope.Now, evaluation.Scope.Zone), evaluation.Scope.Zone),
        ["today"] = static evaluation => DateText.Iso(
            Calendar.StartOf(Calendar.In(evaluation.Scope.Now, evaluation.Scope.Zone), TimeUnit.Day, evaluation.Scope.Zone), evaluation.Scope.Zone),
        ["execution"] = static evaluation => evaluation.Scope.Execution?.Invoke() ?? default,
        ["static"] = static evaluation => evaluation.Scope.Static,
        ["workflow"] = static evaluation => evaluation.Scope.Workflow,
    }.ToFrozenDictionary();

    private readonly Func<Evaluation, JsonData> _read = Table[name];

    public static IReadOnlyList<string> Names { get; } =
        ["json", "input", "node", "trigger", "config", "vars", "item", "index", "loop", "now", "today", "execution", "workflow", "static"];

    public static bool IsKnown(string name) => Table.ContainsKey(name);

    protected override JsonData Compute(Evaluation evaluation) => _read(evaluation);
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
    private readonly bool _isItem = name == "item";
    private readonly bool _isIndex = name == "index";

    public string Name => name;

    protected override JsonData Compute(Evaluation evaluation)
    {
        var element = evaluation.Item;
        if (!element.IsMissing)
        {
            if (_isItem)
            {
                return element;
            }

            if (_isIndex)
            {
                return evaluation.Index;
            }

            var field = element.IsObject ? Values.Step(element, name) : default;
            if (!field.IsMissing)
            {
                return field;
            }
        }

        var scope = evaluation.Scope;
        var input = Values.Step(scope.Inputs, name);
        return input.IsMissing ? FromContext(scope) : input;
    }

    private JsonData FromContext(ExpressionScope scope) => name switch
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
