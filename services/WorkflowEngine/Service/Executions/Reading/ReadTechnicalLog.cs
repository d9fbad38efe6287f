using System.Text.Json;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>The history of one run for whoever repairs it: every line, with codes and details instead of friendly words.</summary>
internal sealed class ReadTechnicalLog(LogPage log)
{
    private const int UsualLimit = 100;
    private const int HighestLimit = 500;

    /// <param name="StackTrace">Null unless it is asked for.</param>
    public sealed record Entry(
        Guid Id, long Sequence, DateTimeOffset Timestamp, string EventType, string Level, string Message, string? NodeId, string? NodeName,
        string? NodeType, int? DurationSeconds, JsonElement? Data, JsonElement? TechnicalDetails, JsonElement? PerformanceMetrics, string? StackTrace);

    public sealed record Answer(string ExecutionId, IReadOnlyList<Entry> Logs, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, ExecutionId executionId, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var filter = new LogFilter(LogPage.After(query), query.Limit(UsualLimit, HighestLimit))
        {
            Levels = query.Words("level", LogFilter.KnownLevels),
            NodeId = query.Text("node_id"),
        };
        var withStackTrace = query.Flag("include_stack_trace") is true;
        query.ThrowIfInvalid();

        var (lines, nextCursor) = await log.ReadAsync(caller, executionId, filter, cancellationToken);
        return new Answer(executionId.Value, [.. lines.Select(line => Shown(line, withStackTrace))], nextCursor);
    }

    private static Entry Shown(LogLine line, bool withStackTrace) => new(
        line.Id, line.Sequence, line.Timestamp, line.EventType, line.Level, line.Message, line.NodeId, line.NodeName, line.NodeType,
        line.DurationSeconds, line.Data, line.TechnicalDetails, line.PerformanceMetrics, withStackTrace ? line.StackTrace : null);
}
