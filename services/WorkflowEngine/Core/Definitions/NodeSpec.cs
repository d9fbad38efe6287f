using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Nodes;

namespace AiTeams.WorkflowEngine.Core.Definitions;

public enum ParameterType
{
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,

    /// <summary>Any JSON value.</summary>
    Any,

    /// <summary>A string that is an expression, written with or without the surrounding braces.</summary>
    Expression,
}

/// <summary>One configuration of a node type.</summary>
public sealed record ParameterSpec(string Name, ParameterType Type, string Description)
{
    public bool Required { get; init; }

    /// <summary>Taken when the document does not say; Missing when there is none.</summary>
    public JsonData Default { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];

    public double? Min { get; init; }

    public double? Max { get; init; }

    /// <summary>Encrypted where it is stored, masked where it is shown.</summary>
    public bool Sensitive { get; init; }

    /// <summary>Several lines of text are usual.</summary>
    public bool Multiline { get; init; }

    /// <summary>What each item of an array may be; anything when empty.</summary>
    public IReadOnlyList<string> ItemOptions { get; init; } = [];

    /// <summary>What is inside an object; anything when empty.</summary>
    public IReadOnlyList<ParameterSpec> Fields { get; init; } = [];

    /// <summary>Where an editor finds the values to choose from, below the address of the user's API; null when nowhere.</summary>
    public string? PickList { get; init; }

    /// <summary>Taken as written: it is text of another language, in which braces mean something else.</summary>
    public bool Verbatim { get; init; }

    /// <summary>Its templates are rendered once per item, with <c>item</c> in scope, and not when the node begins.</summary>
    public bool PerItem { get; init; }
}

/// <summary>
/// A named output. With a source the port carries that field of the payload on <c>result</c> (all of it when the source is empty), so
/// nothing is stored twice.
/// </summary>
public sealed record PortSpec(string Name, string Description)
{
    public string? Source { get; init; }

    public bool OnlyWhenNotEmpty { get; init; }

    /// <summary>Other names a connection may use for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>A value a node reads at run time or gives.</summary>
public sealed record FieldSpec(string Name, ParameterType Type, string Description, bool Required = false)
{
    /// <summary>Taken when nothing comes in; Missing when there is none.</summary>
    public JsonData Default { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>Configurations that are valid, and what comes out of them: on the port, the fields that do not depend on the moment.</summary>
public sealed record ExampleSpec(string Title, JsonData Configurations, JsonData Output)
{
    /// <summary>What the node is given at run time.</summary>
    public JsonData Input { get; init; } = JsonData.EmptyObject;

    public string Port { get; init; } = ConnectionDefinition.DefaultOutputKey;
}

/// <summary>Everything there is to know about one (type, subtype) without running it.</summary>
public sealed record NodeSpec(string Type, string Subtype, string Description)
{
    public const string ErrorPort = "error";

    /// <summary>Moves with every change of an active specification: workflows were written against the old one.</summary>
    public string Version { get; init; } = "1.1.0";

    /// <summary>Whether it does anything. What does not is described and refused: a workflow that uses it is not saved.</summary>
    public bool IsActive => NodeBehaviours.Has(this);

    public IReadOnlyList<ParameterSpec> Parameters { get; init; } = [];

    public IReadOnlyList<FieldSpec> Inputs { get; init; } = [];

    public IReadOnlyList<FieldSpec> Outputs { get; init; } = [];

    public IReadOnlyList<PortSpec> Ports { get; init; } = [new(ConnectionDefinition.DefaultOutputKey, "The node's output.")];

    public IReadOnlyList<ExampleSpec> Examples { get; init; } = [];

    public ParameterSpec? Parameter(string name) => Parameters.FirstOrDefault(parameter => parameter.Name == name);

    /// <summary>Where a node's output goes when nothing says otherwise.</summary>
    public PortSpec RegularPort => Port(ConnectionDefinition.DefaultOutputKey) ?? Ports[0];

    /// <summary>Names of the outputs a node so configured has, without the one for errors.</summary>
    public IEnumerable<string> PortsOf(JsonData configuration) =>
        Ports.Select(port => port.Name).Concat(IsActive ? NodeBehaviours.For(this).PortsOf(configuration) : []).Distinct();

    /// <summary>The port's own name where a connection uses another one for it.</summary>
    public string PortName(string name) => Ports.FirstOrDefault(port => port.Aliases.Contains(name))?.Name ?? name;

    public PortSpec? Port(string name) => Ports.FirstOrDefault(port => port.Name == name);
}
