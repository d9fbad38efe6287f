using System.Collections.Frozen;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Turns JSON into a <see cref="WorkflowDocument"/>, collecting every problem of shape on the way.</summary>
public static class DocumentParser
{
    private const int MaxIdLength = 255;

    /// <summary>settings.error_policy: what a node does that has no strategy of its own.</summary>
    private static readonly FrozenDictionary<string, ErrorStrategy> ErrorPolicies = new Dictionary<string, ErrorStrategy>(StringComparer.OrdinalIgnoreCase)
    {
        ["stop"] = ErrorStrategy.Stop,
        ["continue"] = ErrorStrategy.ContinueRegularOutput,
        ["error_output"] = ErrorStrategy.ContinueErrorOutput,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>No document only when the JSON is not an object at all.</summary>
    public static (WorkflowDocument? Document, IReadOnlyList<ValidationProblem> Problems) Parse(JsonData json)
    {
        var reader = new DocumentReader();
        if (!json.IsObject)
        {
            reader.Report("malformed_document", $"A workflow is a JSON object, not {JsonKinds.Describe(json)}.", "");
            return (null, reader.Problems);
        }

        var metadata = ReadMetadata(reader, json);
        var nodes = ReadNodes(reader, json);
        var document = new WorkflowDocument
        {
            Metadata = metadata,
            Nodes = nodes,
            Connections = ReadConnections(reader, json),
            Triggers = ReadTriggers(reader, json, nodes),
            Variables = reader.Object(json, "variables", ""),
            Settings = ReadSettings(reader, json),
            StaticData = reader.Object(json, "static_data", ""),
            PinData = reader.Object(json, "pin_data", ""),
            Source = json,
        };
        return (document, reader.Problems);
    }

    private static WorkflowMetadata ReadMetadata(DocumentReader reader, JsonData json)
    {
        const string At = "/metadata";
        if (json["metadata"].IsNull)
        {
            reader.Report("missing_field", "'metadata' is required.", At, hint: "At least {\"metadata\": {\"name\": \"...\"}}.");
            return new(null, "", null, null, []);
        }

        var metadata = reader.Object(json, "metadata", "");
        return new(
            reader.Text(metadata, "id", At),
            reader.Text(metadata, "name", At, required: true, maxLength: 255) ?? "",
            reader.Text(metadata, "description", At),
            reader.Text(metadata, "version", At, maxLength: 50),
            reader.Texts(metadata, "tags", At));
    }

    private static List<NodeDefinition> ReadNodes(DocumentReader reader, JsonData json)
    {
        var items = reader.List(json, "nodes", "");
        var nodes = new List<NodeDefinition>(items.Count);
        ErrorPolicies.TryGetValue(json["settings"]["error_policy"].Text ?? "", out var policy);
        for (var index = 0; index < items.Count; index++)
        {
            var at = Pointer.Append("/nodes", index);
            if (items[index].IsObject)
            {
                nodes.Add(ReadNode(reader, items[index], policy, index, at));
            }
            else
            {
                reader.WrongType($"nodes[{index}]", "an object", items[index], at);
            }
        }

        return nodes;
    }

    private static NodeDefinition ReadNode(DocumentReader reader, JsonData node, ErrorStrategy policy, int index, string at)
    {
        var id = reader.Text(node, "id", at, required: true, maxLength: MaxIdLength) ?? "";
        var configurations = reader.Object(node, "configurations", at, id);
        var position = reader.Object(node, "position", at, id);
        return new NodeDefinition
        {
            Index = index,
            Id = id,
            Name = reader.Text(node, "name", at, id, required: true, maxLength: 255) ?? "",
            Description = reader.Text(node, "description", at, id),
            Type = reader.Text(node, "type", at, id, required: true) ?? "",
            Subtype = reader.Text(node, "subtype", at, id, required: true) ?? "",
            TypeVersion = reader.Integer(node, "type_version", at, 1, int.MaxValue, id) ?? 1,
            Configurations = configurations,
            InputParams = reader.Object(node, "input_params", at, id),
            OutputParams = reader.Object(node, "output_params", at, id),
            Credentials = reader.Object(node, "credentials", at, id),
            AttachedNodes = reader.Texts(node, "attached_nodes", at, id),
            Disabled = reader.Flag(node, "disabled", at, false, id) || configurations["enabled"].IsFalse,
            OnError = ReadErrorStrategy(reader, node, policy, at, id),
            MaxRetries = reader.Integer(node, "max_retries", at, 0, 10, id) ?? 3,
            RetryWaitSeconds = reader.Integer(node, "retry_wait_time", at, 0, 86400, id) ?? 5,
            PositionX = reader.Number(position, "x", Pointer.Append(at, "position"), id),
            PositionY = reader.Number(position, "y", Pointer.Append(at, "position"), id),
            Notes = reader.Text(node, "notes", at, id),
        };
    }

    private static ErrorStrategy ReadErrorStrategy(DocumentReader reader, JsonData node, ErrorStrategy otherwise, string at, string id)
    {
        var name = node["on_error"].IsNull ? "error_handling" : "on_error";
        if (reader.Text(node, name, at, id) is not { } text)
        {
            return otherwise;
        }

        if (ErrorStrategies.TryParse(text, out var strategy))
        {
            return strategy;
        }

        reader.Report(
            "invalid_value", $"'{name}' is '{text}', which is no error strategy.", Pointer.Append(at, name), id,
            $"One of {string.Join(", ", ErrorStrategies.WireNames)}.");
        return ErrorStrategy.Stop;
    }

    private static List<ConnectionDefinition> ReadConnections(DocumentReader reader, JsonData json)
    {
        var items = reader.List(json, "connections", "");
        var connections = new List<ConnectionDefinition>(items.Count);
        for (var index = 0; index < items.Count; index++)
        {
            var at = Pointer.Append("/connections", index);
            var item = items[index];
            if (!item.IsObject)
            {
                reader.WrongType($"connections[{index}]", "an object", item, at);
                continue;
            }

            connections.Add(new(
                index,
                reader.Text(item, "id", at, required: true, maxLength: MaxIdLength) ?? "",
                reader.Text(item, "from_node", at, required: true) ?? "",
                reader.Text(item, "to_node", at, required: true) ?? "",
                reader.Text(item, "output_key", at, maxLength: 100) is { Length: > 0 } key ? key : ConnectionDefinition.DefaultOutputKey,
                reader.Text(item, "conversion_function", at) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null));
        }

        return connections;
    }

    private static IReadOnlyList<string> ReadTriggers(DocumentReader reader, JsonData json, List<NodeDefinition> nodes)
    {
        var listed = reader.Texts(json, "triggers", "");
        return listed.Count > 0 ? listed : nodes.Where(node => node.Type == "TRIGGER").Select(node => node.Id).ToList();
    }

    private static WorkflowSettings ReadSettings(DocumentReader reader, JsonData json)
    {
        const string At = "/settings";
        var settings = reader.Object(json, "settings", "");
        var fallback = WorkflowSettings.Default;
        // The older form of timezone is an object with a name.
        var timezone = settings["timezone"].IsObject
            ? reader.Text(settings["timezone"], "name", "/settings/timezone")
            : reader.Text(settings, "timezone", At);
        return new(
            timezone ?? fallback.Timezone,
            reader.Integer(settings, "timeout", At, 1, 30 * 86400) ?? fallback.TimeoutSeconds,
            ReadErrorPolicy(reader, settings, At) ?? fallback.ErrorPolicy,
            reader.Text(settings, "caller_policy", At) ?? fallback.CallerPolicy,
            reader.Flag(settings, "save_execution_progress", At, fallback.SaveExecutionProgress),
            reader.Flag(settings, "save_manual_executions", At, fallback.SaveManualExecutions))
        {
            LogLevel = ReadLogLevel(reader, settings, At),
        };
    }

    private static LogLevel ReadLogLevel(DocumentReader reader, JsonData settings, string at)
    {
        if (reader.Text(settings, "log_level", at) is not { } text)
        {
            return LogLevel.Info;
        }

        if (!LogLevels.FromWire.TryGetValue(text, out var level))
        {
            reader.Report(
                "invalid_value", $"'log_level' is '{text}', which is no level.", Pointer.Append(at, "log_level"),
                hint: "One of DEBUG, INFO, WARNING, ERROR.");
        }

        return level;
    }

    private static string? ReadErrorPolicy(DocumentReader reader, JsonData settings, string at)
    {
        var policy = reader.Text(settings, "error_policy", at);
        if (policy is not null && !ErrorPolicies.ContainsKey(policy))
        {
            reader.Report(
                "invalid_value", $"'error_policy' is '{policy}', which is no policy.", Pointer.Append(at, "error_policy"),
                hint: $"One of {string.Join(", ", ErrorPolicies.Keys.Order(StringComparer.Ordinal))}.");
        }

        return policy;
    }
}
