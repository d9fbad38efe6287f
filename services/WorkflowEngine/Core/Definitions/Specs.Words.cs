using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Short words for the kinds of configuration and field that come up again and again.</summary>
internal static partial class Specs
{
    private static ParameterSpec Text(string name, string description, string? value = null) =>
        new(name, ParameterType.String, description) { Default = value is null ? default(JsonData) : value };

    private static ParameterSpec Prose(string name, string description, string? value = null) =>
        Text(name, description, value) with { Multiline = true };

    private static ParameterSpec Secret(string name, string description) => Text(name, description) with { Sensitive = true };

    private static ParameterSpec Choice(string name, string description, string? value, params string[] options) =>
        Text(name, description, value) with { Options = options };

    private static ParameterSpec Flag(string name, string description, bool value) =>
        new(name, ParameterType.Boolean, description) { Default = value };

    private static ParameterSpec Whole(string name, string description, long? value = null, double? min = null, double? max = null) =>
        new(name, ParameterType.Integer, description) { Default = value is { } number ? number : default(JsonData), Min = min, Max = max };

    private static ParameterSpec Amount(string name, string description, double? value = null, double? min = null, double? max = null) =>
        new(name, ParameterType.Number, description) { Default = value is { } number ? number : default(JsonData), Min = min, Max = max };

    private static ParameterSpec List(string name, string description, params string[] values) =>
        new(name, ParameterType.Array, description) { Default = values.Length == 0 ? default : Strings(values) };

    /// <summary>An object whose fields are known. Its default is that of its fields, unless one of them has to be filled in.</summary>
    private static ParameterSpec Group(string name, string description, params ParameterSpec[] fields)
    {
        var defaults = fields.Where(field => !field.Default.IsMissing).Select(field => (field.Name, field.Default)).ToArray();
        return new(name, ParameterType.Object, description)
        {
            Fields = fields,
            Default = defaults.Length == 0 || fields.Any(field => field.Required && field.Default.IsMissing) ? default : JsonData.Object(defaults),
        };
    }

    private static ParameterSpec Shape(string name, string description, JsonData value = default) =>
        new(name, ParameterType.Object, description) { Default = value };

    private static ParameterSpec Required(ParameterSpec parameter) => parameter with { Required = true };

    private static FieldSpec TextField(string name, string description, bool required = false) =>
        new(name, ParameterType.String, description, required);

    private static FieldSpec ObjectField(string name, string description, bool required = false) =>
        new(name, ParameterType.Object, description, required);

    private static FieldSpec ListField(string name, string description, bool required = false) =>
        new(name, ParameterType.Array, description, required);

    private static FieldSpec WholeField(string name, string description) => new(name, ParameterType.Integer, description);

    private static FieldSpec AmountField(string name, string description) => new(name, ParameterType.Number, description);

    private static FieldSpec FlagField(string name, string description) => new(name, ParameterType.Boolean, description);

    private static FieldSpec AnyField(string name, string description) => new(name, ParameterType.Any, description);

    private static FieldSpec ChoiceField(string name, string description, string? value, params string[] options) =>
        new(name, ParameterType.String, description) { Default = value is null ? default(JsonData) : value, Options = options };

    private static ExampleSpec Example(string title, string configurations, string output, string? input = null, string? port = null)
    {
        var example = new ExampleSpec(title, JsonData.Parse(configurations), JsonData.Parse(output));
        return example with { Input = input is null ? example.Input : JsonData.Parse(input), Port = port ?? example.Port };
    }

    private static JsonData Strings(params string[] values) => JsonData.Array(values.Select(value => (JsonData)value));
}
