using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Writing;

namespace AiTeams.WorkflowEngine.Simulation.Tests;

/// <summary>A stored row as Core wants it back.</summary>
internal static class Rows
{
    public static NodeRecord ToRecord(NodeRow row) => new()
    {
        NodeId = row.NodeId,
        Iteration = row.Iteration,
        NodeName = row.NodeName,
        NodeType = row.NodeType,
        NodeSubtype = row.NodeSubtype,
        Position = row.Position,
        Status = NodeStatuses.Parse(row.Status),
        StartedAt = Instant(row.StartTime),
        EndedAt = Instant(row.EndTime),
        Input = Json(row.InputData),
        Output = Json(row.OutputData),
        Error = Json(row.ErrorData),
        RetryCount = row.RetryCount,
        MaxRetries = row.MaxRetries,
    };

    private static JsonData Json(string? text) => text is null ? default : JsonData.Parse(text);

    private static DateTimeOffset? Instant(long? milliseconds) =>
        milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
