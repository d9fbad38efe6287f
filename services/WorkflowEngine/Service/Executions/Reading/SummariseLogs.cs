using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>The history of one run in numbers: how many lines of each kind, how long, how far.</summary>
internal sealed class SummariseLogs(UserDatabase database)
{
    private const string Execution = "SELECT status, start_time, end_time FROM workflow_executions WHERE execution_id = $1";

    private const string Counts = """
        SELECT level, log_category, event_type, count(*), count(*) FILTER (WHERE is_milestone), max(step_number), max(total_steps)
        FROM workflow_execution_logs
        WHERE execution_id = $1 AND created_at >= (SELECT created_at - interval '1 day' FROM workflow_executions WHERE execution_id = $1)
        GROUP BY level, log_category, event_type
        """;

    public sealed record Progress(int StepNumber, int TotalSteps, decimal ProgressPercentage);

    /// <param name="DurationMs">Until now where it has not ended.</param>
    public sealed record Answer(
        string ExecutionId, string Status, long TotalCount, long Milestones, long? DurationMs, Progress? Progress,
        IReadOnlyDictionary<string, long> ByLevel, IReadOnlyDictionary<string, long> ByCategory, IReadOnlyDictionary<string, long> ByEventType);

    public async Task<Answer> HandleAsync(ExecutionId executionId, Caller caller, TimeProvider clock, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            caller,
            [Statement.Of(Execution, Statement.Text(executionId.Value)), Statement.Of(Counts, Statement.Text(executionId.Value))],
            async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("execution");
                }
                var (status, started, ended) = (reader.GetString(0), reader.Long(1), reader.Long(2));
                await reader.NextResultAsync(token);

                var counts = new List<(string Level, string Category, string EventType, long Count, long Milestones, int? Step, int? Total)>();
                while (await reader.ReadAsync(token))
                {
                    counts.Add((
                        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.Integer(5),
                        reader.Integer(6)));
                }
                return new Answer(
                    executionId.Value, status, counts.Sum(count => count.Count), counts.Sum(count => count.Milestones),
                    (ended ?? clock.GetUtcNow().ToUnixTimeMilliseconds()) - started,
                    Furthest(counts.Max(count => count.Step), counts.Max(count => count.Total)),
                    Sums(count => count.Level), Sums(count => count.Category), Sums(count => count.EventType));

                SortedDictionary<string, long> Sums(Func<(string Level, string Category, string EventType, long Count, long, int?, int?), string> by) =>
                    new(counts.GroupBy(by).ToDictionary(group => group.Key, group => group.Sum(count => count.Count)), StringComparer.Ordinal);
            },
            cancellationToken);

    private static Progress? Furthest(int? step, int? total) =>
        step is { } done && total is { } all and > 0 ? new(done, all, Math.Round(100m * done / all, 2)) : null;
}
