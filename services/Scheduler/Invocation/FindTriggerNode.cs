using System.Text.Json.Nodes;
using AiTeams.Scheduler.Triggers;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.Scheduler.Invocation;

/// <summary>A trigger node of the newest version of a workflow, deployed or not, as its owner sees it.</summary>
internal sealed class FindTriggerNode(UserDatabase database, TriggerTypes types)
{
    private const string Newest = "SELECT workflow_data::text, latest_version FROM workflows WHERE id = $1";

    /// <summary>Throws the 404 problem for a workflow that is not the caller's, for an unknown node and for one that is no trigger.</summary>
    public async Task<(TriggerNode Node, TriggerType Type, int WorkflowVersion)> HandleAsync(
        Caller caller, Guid workflowId, string nodeId, CancellationToken cancellationToken)
    {
        var (document, version) = await database.QueryAsync(
            caller,
            Statement.Of(Newest, Statement.Uuid(workflowId)),
            async (reader, token) => await reader.ReadAsync(token) ? (reader.GetString(0), reader.GetInt32(1)) : throw Problems.NotFound("workflow"),
            cancellationToken);
        var nodes = (JsonNode.Parse(document) as JsonObject)?["nodes"] as JsonArray ?? [];
        for (var position = 0; position < nodes.Count; position++)
        {
            if (nodes[position] is JsonObject node && (string?)node["id"] == nodeId && (string?)node["type"] == "TRIGGER" && types.Find((string?)node["subtype"] ?? "") is { } type)
            {
                return (
                    new TriggerNode(workflowId, nodeId, (string?)node["name"] ?? nodeId, type.Subtype, node["configurations"] as JsonObject ?? [], position), type, version);
            }
        }

        throw Problems.NotFound("trigger node");
    }
}
