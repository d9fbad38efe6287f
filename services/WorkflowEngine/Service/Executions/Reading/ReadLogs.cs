using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Paging;
using AiTeams.WorkflowEngine.Statements;
using Npgsql;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>The history of one run, in both voices: BUSINESS for its owner, TECHNICAL for whoever repairs it.</summary>
internal sealed class ReadLogs(UserDatabase database)
{
    private const string List = "logs";
    private const int UsualLimit = 100;
    private const int HighestLimit = 500;

    private const string Execution = "SELECT 1 FROM workflow_executions WHERE execution_id = $1";

    // The logs of a run begin with it: the bound lets Postgres skip the months before. A day, because two clocks wrote the two times.
    internal const string Sql = """
        SELECT id, sequence, created_at, log_category, event_type, level, message, user_friendly_message, display_priority, is_milestone,
            node_id, node_name, node_type, step_number, total_steps, progress_percentage, duration_seconds, data, technical_details,
            performance_metrics, stack_trace
        FROM workflow_execution_logs
        WHERE execution_id = $1 AND sequence > $2
            AND created_at >= (SELECT created_at - interval '1 day' FROM workflow_executions WHERE execution_id = $1)
            AND ($3::text[] IS NULL OR log_category = ANY ($3))
            AND ($4::text[] IS NULL OR level = ANY ($4))
            AND ($5::int IS NULL OR display_priority >= $5)
            AND ($6::boolean IS NULL OR is_milestone = $6)
            AND ($7::text IS NULL OR node_id = $7)
        ORDER BY sequence
        LIMIT $8
        """;

    public sealed record Entry(
        Guid Id, long Sequence, DateTimeOffset Timestamp, string Category, string EventType, string Level, string Message,
        string? UserFriendlyMessage, int? DisplayPriority, bool IsMilestone, string? NodeId, string? NodeName, string? NodeType,
        int? StepNumber, int? TotalSteps, decimal? ProgressPercentage, int? DurationSeconds, JsonElement? Data, JsonElement? TechnicalDetails,
        JsonElement? PerformanceMetrics, string? StackTrace);

    public sealed record Answer(string ExecutionId, IReadOnlyList<Entry> Logs, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, ExecutionId executionId, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Limit(UsualLimit, HighestLimit);
        var filters = new[]
        {
            Statement.Long(query.Position(List) ?? long.MinValue),
            Statement.Texts(query.Words("category", "TECHNICAL", "BUSINESS")),
            Statement.Texts(query.Words("level", "DEBUG", "INFO", "WARNING", "ERROR")),
            Statement.Integer(query.Number("min_priority", 1, 10)),
            Statement.Flag(query.Flag("milestones") is true ? true : null),
            Statement.Text(query.Text("node_id")),
        };
        query.ThrowIfInvalid();

        return await database.QueryAsync(
            caller,
            [
                Statement.Of(Execution, Statement.Text(executionId.Value)),
                Statement.Of(Sql, [Statement.Text(executionId.Value), .. filters, Statement.Integer(limit + 1)]),
            ],
            async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("execution");
                }
                await reader.NextResultAsync(token);

                var entries = new List<Entry>();
                while (await reader.ReadAsync(token))
                {
                    entries.Add(Read(reader));
                }
                var more = Page.Trim(entries, limit);
                return new Answer(executionId.Value, entries, more ? Cursor.Write(List, entries[^1].Sequence) : null);
            },
            cancellationToken);
    }

    private static Entry Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), reader.GetString(4),
        reader.GetString(5), reader.GetString(6), reader.Text(7), reader.Integer(8), !reader.IsDBNull(9) && reader.GetBoolean(9),
        reader.Text(10), reader.Text(11), reader.Text(12), reader.Integer(13), reader.Integer(14),
        reader.IsDBNull(15) ? null : reader.GetDecimal(15), reader.Integer(16), reader.Json(17), reader.Json(18), reader.Json(19), reader.Text(20));
}
