using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Executions;

namespace AiTeams.WorkflowEngine.Executions.Starting;

/// <summary>
/// What is special about how an execution was started, as its column <c>metadata</c> keeps it: a part of the workflow, or a retry with other
/// data for a node. An engine that takes the execution over goes by the same.
/// </summary>
internal static class RunScope
{
    /// <summary>JSON text; null for a run of the whole workflow.</summary>
    public static string? Of(PartialRun? part) =>
        part is null ? null : JsonData.Object(("part", JsonData.Object(("node_id", part.NodeId), ("alone", part.IsAlone)))).ToString();

    /// <summary>As it was asked for, so that a repeated request is known, and the node the data is for.</summary>
    public static JsonData Retry(string? fromNodeId, JsonData version, JsonData data) => JsonData.Object(
        ("from_node_id", fromNodeId), ("version", version.IsMissing ? JsonData.Null : version),
        ("has_data", !data.IsMissing), ("data", data.IsMissing ? JsonData.Null : data));

    /// <summary>Adds to the start of an execution what its metadata says.</summary>
    public static ExecutionStart Apply(ExecutionStart start, string? metadata)
    {
        if (metadata is null or "{}")
        {
            return start;
        }

        var scope = JsonData.Parse(metadata);
        start = start with { IsTest = start.IsTest || scope["test"].IsTrue };
        if (scope["part"] is { IsObject: true } part)
        {
            start = start with
            {
                Part = new PartialRun(part["node_id"].Text!, part["alone"].IsTrue),
                Given = new GivenInput(part["node_id"].Text!, start.TriggerData.IsNull ? JsonData.EmptyObject : start.TriggerData),
            };
        }

        // A retry from further on keeps the node the part begins with, so that one wants no data any more.
        return scope["given_to"].Text is { } nodeId ? start with { Given = new GivenInput(nodeId, scope["retry"]["data"]) } : start;
    }
}
