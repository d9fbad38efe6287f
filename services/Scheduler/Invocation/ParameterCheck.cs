using System.Text.Json;
using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.Scheduler.Invocation;

/// <summary>Checks the parameters of a simulated event against their schema, as far as those schemas go: type, enum, required, properties, items.</summary>
internal static class ParameterCheck
{
    /// <summary>Every problem, with pointers below <paramref name="pointer"/>.</summary>
    public static IReadOnlyList<Problem> Check(JsonNode? value, JsonObject schema, string pointer = "/parameters")
    {
        var problems = new List<Problem>();
        Check(value, schema, pointer, problems);
        return problems;
    }

    private static void Check(JsonNode? value, JsonObject schema, string pointer, List<Problem> problems)
    {
        if (schema["type"] is JsonValue type && !IsOf(value, type.GetValue<string>()))
        {
            problems.Add(new Problem("invalid_type", $"{pointer[1..]} must be of type {type}.", pointer));
            return;
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value)))
        {
            problems.Add(new Problem("invalid_value", $"{pointer[1..]} must be one of: {string.Join(", ", allowed.Select(one => one?.ToString()))}.", pointer));
        }

        if (value is JsonArray items && schema["items"] is JsonObject item)
        {
            for (var at = 0; at < items.Count; at++)
            {
                Check(items[at], item, $"{pointer}/{at}", problems);
            }
        }

        if (value is JsonObject fields)
        {
            CheckFields(fields, schema, pointer, problems);
        }
    }

    private static void CheckFields(JsonObject fields, JsonObject schema, string pointer, List<Problem> problems)
    {
        var known = schema["properties"] as JsonObject ?? [];
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(name => !fields.ContainsKey(name)))
        {
            problems.Add(new Problem("required", $"{name} is required.", $"{pointer}/{name}"));
        }

        foreach (var (name, field) in fields)
        {
            var at = JsonPointer.Append(pointer, name);
            switch (known[name] ?? schema["additionalProperties"])
            {
                case JsonObject inner:
                    Check(field, inner, at, problems);
                    break;
                case JsonValue refused when refused.GetValueKind() == JsonValueKind.False:
                    problems.Add(new Problem("unknown_field", $"'{name}' is not a parameter here: {string.Join(", ", known.Select(one => one.Key))}.", at));
                    break;
            }
        }
    }

    private static bool IsOf(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number)
            or ("null", JsonValueKind.Null) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value!.AsValue().TryGetValue(out long _),
        _ => false,
    };
}
