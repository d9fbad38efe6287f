using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Nodes;
using static AiTeams.WorkflowEngine.Core.Definitions.WorkflowValidator;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Configurations against the catalogue. A template may give any type, so only its syntax is checked, elsewhere.</summary>
internal static class ParameterRules
{
    public static void Check(WorkflowDocument document, Findings findings)
    {
        foreach (var node in document.Nodes)
        {
            if (NodeCatalog.FindActive(node.Type, node.Subtype) is { } spec)
            {
                CheckNode(node, spec, findings);
            }
        }
    }

    private static void CheckNode(NodeDefinition node, NodeSpec spec, Findings findings)
    {
        CheckConfigurations(node, spec, findings);
        var at = PointerTo(node, "configurations");
        foreach (var (name, message) in NodeBehaviours.For(spec).Check(WithDefaults(node, spec)))
        {
            findings.Error("missing_parameter", message, $"{at}/{name.Replace('.', '/')}", node.Id);
        }
    }

    /// <summary>What can be said of them without knowing what the node does with them.</summary>
    internal static void CheckConfigurations(NodeDefinition node, NodeSpec spec, Findings findings)
    {
        var at = PointerTo(node, "configurations");
        foreach (var parameter in spec.Parameters)
        {
            CheckParameter(node, parameter, node.Configurations[parameter.Name], at, findings);
        }

        foreach (var (name, _) in node.Configurations.Fields)
        {
            if (spec.Parameter(name) is null)
            {
                findings.Warning(
                    "unknown_parameter", $"{node.Type}.{node.Subtype} has no parameter '{name}'.", Pointer.Append(at, name), node.Id,
                    $"It has {string.Join(", ", spec.Parameters.Select(parameter => parameter.Name))}.");
            }
        }
    }

    private static JsonData WithDefaults(NodeDefinition node, NodeSpec spec)
    {
        var defaults = new JsonObjectBuilder();
        foreach (var parameter in spec.Parameters)
        {
            defaults.Set(parameter.Name, parameter.Default);
        }

        return defaults.Build().Overlay(node.Configurations);
    }

    private static void CheckParameter(NodeDefinition node, ParameterSpec parameter, JsonData value, string at, Findings findings)
    {
        var pointer = Pointer.Append(at, parameter.Name);
        if (value.IsNull)
        {
            if (parameter.Required && parameter.Default.IsMissing)
            {
                findings.Error("missing_parameter", $"'{parameter.Name}' is required.", pointer, node.Id, parameter.Description);
            }

            return;
        }

        if (value.Text is { } text && (Template.IsTemplate(text) || Template.HasPlaceholder(text)))
        {
            return;
        }

        if (!HasType(value, parameter.Type))
        {
            findings.Error(
                "invalid_parameter_type", $"'{parameter.Name}' must be {Describe(parameter.Type)}, not {JsonKinds.Describe(value)}.", pointer,
                node.Id, parameter.Description);
        }
        else if (parameter.Required && IsEmpty(value))
        {
            findings.Error("empty_parameter", $"'{parameter.Name}' must not be empty.", pointer, node.Id, parameter.Description);
        }
        else if (parameter.Options.Count > 0 && !parameter.Options.Contains(value.ToDisplayText()))
        {
            findings.Error(
                "invalid_parameter_value", $"'{parameter.Name}' is '{Shortened(value.ToDisplayText())}', which is not one of its values.", pointer, node.Id,
                $"One of {string.Join(", ", parameter.Options)}.");
        }
        else if (value.TryGetNumber(out var number) && (number < parameter.Min || number > parameter.Max))
        {
            findings.Error(
                "parameter_out_of_range",
                string.Create(CultureInfo.InvariantCulture, $"'{parameter.Name}' is {number}; allowed is {parameter.Min} to {parameter.Max}."),
                pointer, node.Id, parameter.Description);
        }
        else
        {
            CheckInside(node, parameter, value, pointer, findings);
        }
    }

    private static void CheckInside(NodeDefinition node, ParameterSpec parameter, JsonData value, string pointer, Findings findings)
    {
        for (var at = 0; at < value.Items.Length && parameter.ItemOptions.Count > 0; at++)
        {
            var item = value[at].ToDisplayText();
            if (!Template.IsTemplate(item) && !Template.HasPlaceholder(item) && !parameter.ItemOptions.Contains(item))
            {
                findings.Error(
                    "invalid_parameter_value", $"'{parameter.Name}' has '{Shortened(item)}', which is not one of its values.",
                    Pointer.Append(pointer, at), node.Id, $"Any of {string.Join(", ", parameter.ItemOptions)}.");
            }
        }

        foreach (var field in parameter.Fields)
        {
            CheckParameter(node, field, value[field.Name], pointer, findings);
        }
    }

    private static bool HasType(JsonData value, ParameterType type) => type switch
    {
        ParameterType.String or ParameterType.Expression => value.IsString,
        ParameterType.Integer => value.TryGetInteger(out _),
        ParameterType.Number => value.IsNumber,
        ParameterType.Boolean => value.IsBoolean,
        ParameterType.Array => value.IsArray,
        ParameterType.Object => value.IsObject,
        ParameterType.Any => true,
    };

    private static string Describe(ParameterType type) => type switch
    {
        ParameterType.String => "a string",
        ParameterType.Expression => "an expression",
        ParameterType.Integer => "a whole number",
        ParameterType.Number => "a number",
        ParameterType.Boolean => "true or false",
        ParameterType.Array => "an array",
        ParameterType.Object => "an object",
        ParameterType.Any => "a value",
    };

    private static bool IsEmpty(JsonData value) =>
        value.Text is { } text ? string.IsNullOrWhiteSpace(text) : (value.IsArray || value.IsObject) && value.Count == 0;

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "...";
}
