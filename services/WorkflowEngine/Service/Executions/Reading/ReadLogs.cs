using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>The history of one run, every line with everything it says in both voices.</summary>
internal sealed class ReadLogs(LogPage log)
{
    private const int UsualLimit = 100;
    private const int HighestLimit = 500;

    public sealed record Answer(string ExecutionId, IReadOnlyList<LogLine> Logs, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, ExecutionId executionId, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var filter = new LogFilter(LogPage.After(query), query.Limit(UsualLimit, HighestLimit))
        {
            Categories = query.Words("category", LogFilter.KnownCategories),
            Levels = query.Words("level", LogFilter.KnownLevels),
            EventTypes = query.Words("event_type", LogFilter.KnownEventTypes),
            MinPriority = query.Number("min_priority", 1, 10),
            MilestonesOnly = query.Flag("milestones") is true,
            NodeId = query.Text("node_id"),
            Since = query.Moment("since"),
            Until = query.Moment("until"),
        };
        query.ThrowIfInvalid();

        var (lines, nextCursor) = await log.ReadAsync(caller, executionId, filter, cancellationToken);
        return new Answer(executionId.Value, lines, nextCursor);
    }
}
