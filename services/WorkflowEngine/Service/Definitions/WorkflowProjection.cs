using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// A document as rows of <c>nodes</c> and <c>node_connections</c>: JSON arrays the statements expand with jsonb_to_recordset.
/// The document stays the truth; the rows are there to be queried.
/// </summary>
internal static class WorkflowProjection
{
    public static JsonData Nodes(Guid workflowId, WorkflowDocument document) => JsonData.Array(document.Nodes.Select(node => JsonData.Object(
        ("id", StableId.Of(workflowId, node.Id).ToString()),
        ("node_id", node.Id),
        ("node_type", node.Type),
        ("node_subtype", node.Subtype),
        ("type_version", node.TypeVersion),
        ("name", node.Name),
        ("description", node.Description),
        ("disabled", node.Disabled),
        ("position_x", node.PositionX),
        ("position_y", node.PositionY),
        ("parameters", node.Configurations),
        ("credentials", node.Credentials),
        ("attached_nodes", JsonData.Array(node.AttachedNodes.Select(id => JsonData.Of(id)))),
        ("error_handling", node.OnError.ToWire()),
        ("max_retries", node.MaxRetries),
        ("retry_wait_time", node.RetryWaitSeconds),
        ("notes", node.Notes),
        ("webhooks", document.Source["nodes"][node.Index]["webhooks"]))));

    public static JsonData Connections(Guid workflowId, WorkflowDocument document)
    {
        var nodes = document.Nodes.ToDictionary(node => node.Id, StringComparer.Ordinal);
        var perPort = new Dictionary<(string From, string Key), int>();
        var rows = new List<JsonData>();

        foreach (var connection in document.Connections)
        {
            var port = (connection.FromNode, connection.OutputKey);
            var index = perPort.GetValueOrDefault(port);
            perPort[port] = index + 1;

            var type = TypeOf(nodes[connection.FromNode], connection.OutputKey);
            rows.Add(Row(
                StableId.Of(workflowId, $"connection:{connection.Id}"), connection.FromNode, connection.ToNode, type, index, connection.OutputKey,
                type == "CONDITIONAL" ? JsonData.Object(("output_key", connection.OutputKey)) : JsonData.EmptyObject));
        }

        foreach (var agent in document.Nodes)
        {
            for (var index = 0; index < agent.AttachedNodes.Count; index++)
            {
                var attached = agent.AttachedNodes[index];
                rows.Add(Row(
                    StableId.Of(workflowId, string.Create(CultureInfo.InvariantCulture, $"attachment:{index}:{agent.Id}")), agent.Id, attached,
                    nodes[attached].Type == "MEMORY" ? "MEMORY_ATTACHMENT" : "AI_TOOL", index, label: null, JsonData.EmptyObject));
            }
        }
        return JsonData.Array(rows);
    }

    private static string TypeOf(NodeDefinition source, string outputKey) => (source.Type, source.Subtype, outputKey) switch
    {
        (_, _, "error") => "ERROR",
        ("FLOW", "IF", _) or ("HUMAN_IN_THE_LOOP", _, _) => "CONDITIONAL",
        _ => "MAIN",
    };

    private static JsonData Row(Guid id, string source, string target, string type, int index, string? label, JsonData conditions) =>
        JsonData.Object(
            ("id", id.ToString()),
            ("source_node_id", source),
            ("target_node_id", target),
            ("connection_type", type),
            ("connection_index", index),
            ("label", label),
            ("conditions", conditions));
}
