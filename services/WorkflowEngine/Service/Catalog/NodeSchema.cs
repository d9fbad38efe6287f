using System.Text.Json.Nodes;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Catalog;

/// <summary>
/// A node specification as JSON Schema (2020-12): the schema of a node object of that type, so that an editor can check and offer
/// what may be written. Annotations starting with <c>x-</c> carry what JSON Schema has no word for. It is also what the table
/// node_specifications keeps, so it says nothing that changes without a new version: not whether the node can run.
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
            ["configurations"] = Object(spec.Parameters),
            ["input_params"] = Fields(spec.Inputs),
            ["output_params"] = Fields(spec.Outputs),
        },
        ["x-ports"] = new JsonArray([.. Ports(spec).Select(port => (JsonNode)Port(port))]),
        ["x-version"] = spec.Version,
        ["x-examples"] = new JsonArray([.. spec.Examples.Select(example => (JsonNode)Example(spec, example))]),
    };

    // What is attached to an agent is not walked, so nothing leaves it through a port.
    private static IEnumerable<PortSpec> Ports(NodeSpec spec) => NodeTypes.IsAttachable(spec.Type)
        ? []
        : spec.Ports.Append(new PortSpec(NodeSpec.ErrorPort, "What went wrong, where the node's error strategy says so."));

    private static JsonObject Port(PortSpec port)
    {
        var shown = new JsonObject { ["name"] = port.Name, ["description"] = port.Description };
        if (port.Source is { } field)
        {
            shown["field"] = field;
        }
        if (port.Aliases.Count > 0)
        {
            shown["aliases"] = new JsonArray([.. port.Aliases.Select(alias => (JsonNode)alias)]);
        }
        return shown;
    }

    private static JsonObject Example(NodeSpec spec, ExampleSpec example)
    {
        var shown = new JsonObject
        {
            ["title"] = example.Title,
            ["configurations"] = example.Configurations.ToNode(),
            ["input"] = example.Input.ToNode(),
            ["output"] = example.Output.ToNode(),
        };
        if (!NodeTypes.IsAttachable(spec.Type))
        {
            shown["port"] = example.Port;
        }
        return shown;
    }

    private static JsonObject Text(int longest) => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = longest };

    private static JsonObject Object(IReadOnlyList<ParameterSpec> parameters)
    {
        var properties = new JsonObject();
        foreach (var parameter in parameters)
        {
            properties[parameter.Name] = Parameter(parameter);
        }
        // What has a default need not be written.
        var toWrite = parameters.Where(parameter => parameter.Required && parameter.Default.IsMissing);
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. toWrite.Select(parameter => (JsonNode)parameter.Name)]),
        };
    }

    // Any configuration may be a template instead of a value of its type.
    private static JsonObject Parameter(ParameterSpec parameter)
    {
        var value = parameter.Fields.Count > 0 ? Object(parameter.Fields) : [];
        if (JsonType(parameter.Type) is { } type)
        {
            value["type"] = type;
        }
        if (parameter.ItemOptions.Count > 0)
        {
            value["items"] = new JsonObject { ["enum"] = new JsonArray([.. parameter.ItemOptions.Select(option => (JsonNode)option)]) };
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
        if (parameter.Required)
        {
            schema["x-required"] = true;
        }
        if (parameter.Sensitive)
        {
            schema["writeOnly"] = true;
        }
        if (parameter.Type == ParameterType.Expression)
        {
            schema["x-expression"] = true;
        }
        if (parameter.PerItem)
        {
            schema["x-per-item"] = true;
        }
        if (parameter.Multiline)
        {
            schema["x-multiline"] = true;
        }
        if (parameter.PickList is { } pickList)
        {
            schema["x-pick-list"] = pickList;
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
            if (field.Options.Count > 0)
            {
                schema["enum"] = new JsonArray([.. field.Options.Select(option => (JsonNode)option)]);
            }
            if (!field.Default.IsMissing)
            {
                schema["default"] = field.Default.ToNode();
            }
            // Not the schema's own "required": what is missing in the document may come in at run time.
            if (field.Required)
            {
                schema["x-required"] = true;
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
