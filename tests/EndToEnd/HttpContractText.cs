using System.Text;
using System.Text.Json.Nodes;

namespace AiTeams.EndToEnd.Tests;

/// <summary>An OpenAPI document as lines a person can compare: operations with what they take and answer, then the shapes.</summary>
internal static class HttpContractText
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    public static string Of(JsonObject document)
    {
        var text = new StringBuilder();
        foreach (var (path, item) in Sorted(document["paths"]))
        {
            foreach (var (method, operation) in Sorted(item).Where(entry => Methods.Contains(entry.Key)))
            {
                AppendOperation(text, method, path, operation!);
            }
        }

        foreach (var (name, schema) in Sorted(document["components"]?["schemas"]))
        {
            text.AppendLine($"shape {name} {ShapeOf(schema)}");
        }

        return text.ToString();
    }

    private static void AppendOperation(StringBuilder text, string method, string path, JsonNode operation)
    {
        var open = operation["security"] is JsonArray { Count: 0 } ? " without token" : "";
        text.AppendLine($"{method.ToUpperInvariant()} {path}{open}");
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var required = (bool?)parameter!["required"] == true ? " required" : "";
            text.AppendLine($"  {parameter["in"]} {parameter["name"]}{required} {ShapeOf(parameter["schema"])}");
        }

        foreach (var (type, content) in Sorted(operation["requestBody"]?["content"]))
        {
            text.AppendLine($"  takes {type} {ShapeOf(content?["schema"])}");
        }

        foreach (var (status, response) in Sorted(operation["responses"]))
        {
            var contents = Sorted(response?["content"]).Select(content => $" {content.Key} {ShapeOf(content.Value?["schema"])}");
            text.AppendLine($"  {status}{string.Concat(contents)}");
        }
    }

    private static string ShapeOf(JsonNode? schema)
    {
        switch (schema)
        {
            case null or JsonValue:
                return "any";
            case var _ when schema["$ref"] is { } reference:
                return reference.ToString().Split('/')[^1];
            case var _ when schema["enum"] is JsonArray values:
                return string.Join('|', values.Select(value => value?.ToString() ?? "null"));
        }

        var variants = (schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"])?.AsArray();
        if (variants is not null)
        {
            return string.Join(" or ", variants.Select(ShapeOf));
        }

        var type = schema["type"] is JsonArray types ? string.Join('|', types.Select(name => name!.ToString())) : schema["type"]?.ToString() ?? "any";
        var inside = schema["items"] is { } items ? $" of {ShapeOf(items)}" : "";
        var required = schema["required"]?.AsArray().Select(name => name!.ToString()).ToHashSet() ?? [];
        var members = Sorted(schema["properties"]).Select(member => $"{member.Key}{(required.Contains(member.Key) ? "!" : "")}: {ShapeOf(member.Value)}").ToList();
        return type + inside + (members.Count == 0 ? "" : $" {{ {string.Join(", ", members)} }}");
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonNode? node)
        => (node as JsonObject ?? []).OrderBy(entry => entry.Key, StringComparer.Ordinal);
}
