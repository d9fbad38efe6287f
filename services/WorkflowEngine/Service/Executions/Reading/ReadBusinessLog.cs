using System.Text.Json;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>The history of one run as its owner wants to hear it: what became of the work, how far it is, what it waits for.</summary>
internal sealed class ReadBusinessLog(LogPage log)
{
    private const int UsualLimit = 50;
    private const int HighestLimit = 200;
    private const int UsualPriority = 5;

    /// <param name="Message">The friendly text.</param>
    public sealed record Entry(
        Guid Id, long Sequence, DateTimeOffset Timestamp, string EventType, string Level, string Message, int? DisplayPriority, bool IsMilestone,
        string? NodeId, string? NodeName, int? StepNumber, int? TotalSteps, decimal? ProgressPercentage, int? DurationSeconds, JsonElement? Data);

    public sealed record Answer(string ExecutionId, IReadOnlyList<Entry> Logs, string? NextCursor);

    public Task<Answer> HandleAsync(HttpRequest request, ExecutionId executionId, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        return ReadAsync(query, executionId, caller, query.Number("min_priority", 1, 10) ?? UsualPriority, query.Flag("milestones_only") is true, cancellationToken);
    }

    /// <summary>Only the important steps, whatever their priority.</summary>
    public Task<Answer> HandleMilestonesAsync(HttpRequest request, ExecutionId executionId, Caller caller, CancellationToken cancellationToken) =>
        ReadAsync(new QueryReader(request.Query), executionId, caller, null, milestonesOnly: true, cancellationToken);

    private async Task<Answer> ReadAsync(
        QueryReader query, ExecutionId executionId, Caller caller, int? minPriority, bool milestonesOnly, CancellationToken cancellationToken)
    {
        var filter = new LogFilter(LogPage.After(query), query.Limit(UsualLimit, HighestLimit))
        {
            Categories = ["BUSINESS"],
            MinPriority = minPriority,
            MilestonesOnly = milestonesOnly,
        };
        query.ThrowIfInvalid();

        var (lines, nextCursor) = await log.ReadAsync(caller, executionId, filter, cancellationToken);
        return new Answer(executionId.Value, [.. lines.Select(Shown)], nextCursor);
    }

    private static Entry Shown(LogLine line) => new(
        line.Id, line.Sequence, line.Timestamp, line.EventType, line.Level, line.UserFriendlyMessage ?? line.Message, line.DisplayPriority,
        line.IsMilestone, line.NodeId, line.NodeName, line.StepNumber, line.TotalSteps, line.ProgressPercentage, line.DurationSeconds, line.Data);
}
