using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Catalog;

/// <summary>
/// A node specification as JSON Schema (2020-12): the schema of a node object of that type, so that an editor can check and offer
/// what may be written. Annotations starting with <c>x-</c> carry what JSON Schema has no word for.
/// </summary>
internal static class NodeSchema
{
    public static JsonObject Of(NodeSpec spec) => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["$id"] = $"https://aiteams.dev/node-types/{spec.Type}/{spec.Subtype}",
        ["title"] = $"{spec.Type}.{spec.Subtype}",
        ["description"] = spec.Description,
        ["type"] = "object",
        ["required"] = new JsonArray("id", "name", "type", "subtype"),
        ["properties"] = new JsonObject
        {
            ["id"] = Text(255),
            ["name"] = Text(255),
            ["description"] = new JsonObject { ["type"] = "string" },
            ["type"] = new JsonObject { ["const"] = spec.Type },
            ["subtype"] = new JsonObject { ["const"] = spec.Subtype },
            ["configurations"] = Configurations(spec),
            ["input_params"] = Fields(spec.Inputs),
            ["output_params"] = Fields(spec.Outputs),
        },
        ["x-ports"] = new JsonArray([.. spec.Ports.Append(new PortSpec(NodeSpec.ErrorPort, "What went wrong, where the node's error strategy says so."))
            .Select(port => (JsonNode)new JsonObject { ["name"] = port.Name, ["description"] = port.Description })]),
    };

    private static JsonObject Text(int longest) => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = longest };

    private static JsonObject Configurations(NodeSpec spec)
    {
        var properties = new JsonObject();
        foreach (var parameter in spec.Parameters)
        {
            properties[parameter.Name] = Parameter(parameter);
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. spec.Parameters.Where(parameter => parameter.Required).Select(parameter => (JsonNode)parameter.Name)]),
        };
    }

    // Any configuration may be a template instead of a value of its type.
    private static JsonObject Parameter(ParameterSpec parameter)
    {
        var value = new JsonObject();
        if (JsonType(parameter.Type) is { } type)
        {
            value["type"] = type;
        }
        if (parameter.Options.Count > 0)
        {
            value["enum"] = new JsonArray([.. parameter.Options.Select(option => (JsonNode)option)]);
        }
        if (parameter.Min is { } minimum)
        {
            value["minimum"] = minimum;
        }
        if (parameter.Max is { } maximum)
        {
            value["maximum"] = maximum;
        }

        var schema = value.Count == 0 || (value.Count == 1 && JsonType(parameter.Type) == "string")
            ? value
            : new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "string", ["pattern"] = @"\{\{.*\}\}" }) };
        schema["description"] = parameter.Description;
        if (!parameter.Default.IsMissing)
        {
            schema["default"] = parameter.Default.ToNode();
        }
        if (parameter.Sensitive)
        {
            schema["writeOnly"] = true;
        }
        if (parameter.Type == ParameterType.Expression)
        {
            schema["x-expression"] = true;
        }
        return schema;
    }

    private static JsonObject Fields(IReadOnlyList<FieldSpec> fields)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            var schema = new JsonObject { ["description"] = field.Description };
            if (JsonType(field.Type) is { } type)
            {
                schema["type"] = type;
            }
            properties[field.Name] = schema;
        }
        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }

    private static string? JsonType(ParameterType type) => type switch
    {
        ParameterType.String or ParameterType.Expression => "string",
        ParameterType.Integer => "integer",
        ParameterType.Number => "number",
        ParameterType.Boolean => "boolean",
        ParameterType.Array => "array",
        ParameterType.Object => "object",
        ParameterType.Any => null,
    };
}
