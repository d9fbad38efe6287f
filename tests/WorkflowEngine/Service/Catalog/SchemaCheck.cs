using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AiTeams.WorkflowEngine.Tests.Catalog;

/// <summary>A value against the words of JSON Schema that the node schemas use. A word it does not know is a violation too.</summary>
internal static class SchemaCheck
{
    private static readonly string[] Annotations = ["$schema", "$id", "title", "description", "default", "writeOnly"];

    public static IEnumerable<string> Violations(JsonObject schema, JsonNode? value, string at = "")
        => schema.SelectMany(word => Violations(schema, word.Key, word.Value!, value, at));

    private static IEnumerable<string> Violations(JsonObject schema, string word, JsonNode wanted, JsonNode? value, string at) => word switch
    {
        _ when Annotations.Contains(word) || word.StartsWith("x-", StringComparison.Ordinal) => [],
        "type" => Unless(HasType(value, (string)wanted!), $"{at}: not {wanted}"),
        "const" => Unless(JsonNode.DeepEquals(wanted, value), $"{at}: not {wanted}"),
        "enum" => Unless(wanted.AsArray().Any(option => JsonNode.DeepEquals(option, value)), $"{at}: {value} is none of {wanted.ToJsonString()}"),
        "minimum" => Unless(value is null || (double)value >= (double)wanted, $"{at}: {value} < {wanted}"),
        "maximum" => Unless(value is null || (double)value <= (double)wanted, $"{at}: {value} > {wanted}"),
        "minLength" => Unless(((string?)value)?.Length >= (int)wanted, $"{at}: too short"),
        "maxLength" => Unless(((string?)value)?.Length <= (int)wanted, $"{at}: too long"),
        "pattern" => Unless(Regex.IsMatch((string)value!, (string)wanted!, RegexOptions.None, TimeSpan.FromSeconds(10)), $"{at}: {value} !~ {wanted}"),
        "required" => wanted.AsArray().Select(name => (string)name!).Where(name => value?[name] is null).Select(name => $"{at}/{name}: missing"),
        "properties" => wanted.AsObject().Where(property => value?[property.Key] is not null)
            .SelectMany(property => Violations(property.Value!.AsObject(), value![property.Key], $"{at}/{property.Key}")),
        "items" => value!.AsArray().SelectMany((item, index) => Violations(wanted.AsObject(), item, $"{at}/{index}")),
        "anyOf" => Unless(wanted.AsArray().Any(option => Fits(option!.AsObject(), value)), $"{at}: {value?.ToJsonString()} fits none of {schema["anyOf"]!.ToJsonString()}"),
        _ => [$"{at}: the schema says '{word}', which is not known here"],
    };

    // The type first: the other words expect it.
    private static bool Fits(JsonObject schema, JsonNode? value)
        => (schema["type"] is not { } type || HasType(value, (string)type!)) && !Violations(schema, value).Any();

    private static bool HasType(JsonNode? value, string type) => type switch
    {
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && double.IsInteger((double)value),
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "array" => value is JsonArray,
        "object" => value is JsonObject,
        _ => false,
    };

    private static string[] Unless(bool fits, string violation) => fits ? [] : [violation];
}
