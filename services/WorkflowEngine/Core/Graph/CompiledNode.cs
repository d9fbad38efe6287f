using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Graph;

/// <summary>A node with its defaults applied and its templates compiled.</summary>
public sealed class CompiledNode
{
    internal CompiledNode(NodeDefinition definition, NodeSpec spec, NodeBehaviour behaviour)
    {
        Definition = definition;
        Spec = spec;
        Behaviour = behaviour;

        var fixedFields = new JsonObjectBuilder(spec.Parameters.Count);
        foreach (var parameter in spec.Parameters)
        {
            fixedFields.Set(parameter.Name, parameter.Default);
        }

        var perItem = new Dictionary<string, CompiledValue>();
        var expressions = new Dictionary<string, Expression>();
        var rendered = new JsonObjectBuilder();
        foreach (var (name, value) in definition.Configurations.Fields)
        {
            fixedFields.Set(name, value);
            var parameter = spec.Parameter(name);
            if (parameter?.Verbatim == true)
            {
                continue;
            }

            if (parameter?.Type == ParameterType.Expression && value.Text is { Length: > 0 } source
                && !Template.HasPlaceholder(source))
            {
                expressions[name] = Compile(() => Expression.Compile(source), name);
            }
            else if (parameter?.PerItem == true)
            {
                perItem[name] = Compile(() => CompiledValue.Compile(value, name), name);
            }
            else
            {
                rendered.Set(name, value);
            }
        }

        Defaults = fixedFields.Build();
        Rendered = Compile(() => CompiledValue.Compile(rendered.Build()), null);
        PerItem = perItem;
        Expressions = expressions;
        Prepared = Compile(() => behaviour.Prepare(spec, Defaults), null);
        // A trigger has fired when it comes here: what it listens with is the scheduler's concern.
        UnfilledParameter = definition.Type == NodeTypes.Trigger ? null : FindPlaceholder(definition.Configurations, "") ?? FindPlaceholder(definition.InputParams, "input_params");
        (InputDefaults, InputMappings) = SplitInputs(definition.InputParams);
        Ports = [.. spec.PortsOf(Defaults)];
        Retries = RetryPolicy.Of(definition);
        WaitsForBranches = definition is { Type: NodeTypes.Flow, Subtype: "MERGE", Disabled: false }
            ? TimeSpan.FromSeconds(Defaults["timeout_seconds"].TryGetNumber(out var limit) ? Math.Clamp(limit, 1, 3600) : 300)
            : null;
        Timeout = TimeSpan.FromSeconds(Math.Clamp(Defaults["timeout"].TryGetNumber(out var seconds) ? seconds : 420, 0.1, 1000));
    }

    public NodeDefinition Definition { get; }

    public NodeSpec Spec { get; }

    public string Id => Definition.Id;

    public string Name => Definition.Name;

    /// <summary>Place in the document's list of nodes, and in every array of the graph.</summary>
    public int Index => Definition.Index;

    /// <summary>Place in the workflow's topological order.</summary>
    public int Position { get; internal set; }

    /// <summary>The scope it is run in.</summary>
    internal LoopScope Scope { get; set; } = null!;

    /// <summary>Place among the nodes of its scope.</summary>
    internal int Local { get; set; }

    /// <summary>The scope of what it repeats, for a loop with a body.</summary>
    internal LoopScope? Body { get; set; }

    public IReadOnlyList<CompiledEdge> Incoming => IncomingEdges;

    public IReadOnlyList<CompiledEdge> Outgoing => OutgoingEdges;

    internal CompiledEdge[] IncomingEdges { get; set; } = [];

    /// <summary>Whether a conversion function stands on a connection that ends here.</summary>
    internal bool ConvertsInput { get; set; }

    internal CompiledEdge[] OutgoingEdges { get; set; } = [];

    internal NodeBehaviour Behaviour { get; }

    /// <summary>Names of its outputs, without the one for errors.</summary>
    public IReadOnlyList<string> Ports { get; }

    internal RetryPolicy Retries { get; }

    /// <summary>For a MERGE: how long after the first branch it waits for the others.</summary>
    internal TimeSpan? WaitsForBranches { get; }

    /// <summary>How long one attempt at this node may take; waits are not counted.</summary>
    internal TimeSpan Timeout { get; }

    /// <summary>What the behaviour made of the configuration beforehand.</summary>
    internal object? Prepared { get; }

    /// <summary>The parameters evaluated per item, by name.</summary>
    internal IReadOnlyDictionary<string, CompiledValue> PerItem { get; }

    /// <summary>The parameters that are expressions as a whole, by name.</summary>
    internal IReadOnlyDictionary<string, Expression> Expressions { get; }

    /// <summary>input_params without templates: taken where the payload brings nothing.</summary>
    internal JsonData InputDefaults { get; }

    /// <summary>input_params with templates say where a value comes from, so they win over the payload. Null when there are none.</summary>
    internal CompiledValue? InputMappings { get; }

    private JsonData Defaults { get; }

    private CompiledValue Rendered { get; }

    /// <summary>The first parameter that still holds the placeholder, or null.</summary>
    internal string? UnfilledParameter { get; }

    internal bool HasPort(string name) => name == NodeSpec.ErrorPort || Ports.Contains(name);

    /// <summary>The configuration with defaults, templates rendered; what is evaluated later stands in it as written.</summary>
    internal JsonData RenderConfiguration(Func<ExpressionScope> scope) =>
        Rendered.IsConstant ? Defaults : Defaults.Overlay(Rendered.Render(scope()));

    private (JsonData, CompiledValue?) SplitInputs(JsonData inputs)
    {
        var defaults = new JsonObjectBuilder(inputs.Count);
        var mappings = new JsonObjectBuilder();
        foreach (var (name, value) in inputs.Fields)
        {
            var compiled = Compile(() => CompiledValue.Compile(value, $"input_params.{name}"), null);
            (compiled.IsConstant ? defaults : mappings).Set(name, value);
        }

        return (defaults.Build(), mappings.Count == 0 ? null : CompiledValue.Compile(mappings.Build(), "input_params"));
    }

    private static string? FindPlaceholder(JsonData value, string name)
    {
        if (value.Text is { } text)
        {
            return Template.HasPlaceholder(text) ? name : null;
        }

        foreach (var (field, child) in value.Fields)
        {
            if (FindPlaceholder(child, name.Length == 0 ? field : $"{name}.{field}") is { } found)
            {
                return found;
            }
        }

        foreach (var item in value.Items)
        {
            if (FindPlaceholder(item, name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private T Compile<T>(Func<T> compile, string? parameter)
    {
        try
        {
            return compile();
        }
        catch (ExpressionException exception)
        {
            throw exception.In(Name, parameter);
        }
    }
}
