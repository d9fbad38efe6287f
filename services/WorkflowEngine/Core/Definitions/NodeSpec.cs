using AiTeams.WorkflowEngine.Core.Data;

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

    public bool Sensitive { get; init; }

    /// <summary>Its templates are rendered once per item, with <c>item</c> in scope, and not when the node begins.</summary>
    public bool PerItem { get; init; }
}

/// <summary>
/// A named output. With a source the port carries that field of the payload on <c>result</c>, so nothing is stored twice.
/// </summary>
public sealed record PortSpec(string Name, string Description)
{
    public string? Source { get; init; }

    public bool OnlyWhenNotEmpty { get; init; }
}

/// <summary>A value a node reads at run time or gives.</summary>
public sealed record FieldSpec(string Name, ParameterType Type, string Description, bool Required = false);

/// <summary>Everything there is to know about one (type, subtype) without running it.</summary>
public sealed record NodeSpec(string Type, string Subtype, string Description)
{
    public const string ErrorPort = "error";

    public IReadOnlyList<ParameterSpec> Parameters { get; init; } = [];

    public IReadOnlyList<FieldSpec> Inputs { get; init; } = [];

    public IReadOnlyList<FieldSpec> Outputs { get; init; } = [];

    public IReadOnlyList<PortSpec> Ports { get; init; } = [new(ConnectionDefinition.DefaultOutputKey, "The node's output.")];

    public ParameterSpec? Parameter(string name) => Parameters.FirstOrDefault(parameter => parameter.Name == name);

    public PortSpec? Port(string name) => Ports.FirstOrDefault(port => port.Name == name);

    /// <summary>Any node may be asked for its errors.</summary>
    public bool HasPort(string name) => name == ErrorPort || Port(name) is not null;
}
