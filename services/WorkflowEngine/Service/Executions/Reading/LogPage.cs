using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;
using Npgsql;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>Which lines of a run's log are wanted; null is no condition.</summary>
internal sealed record LogFilter(long After, int Limit)
{
    public string[]? Categories { get; init; }

    public string[]? Levels { get; init; }

    public string[]? EventTypes { get; init; }

    public int? MinPriority { get; init; }

    public bool MilestonesOnly { get; init; }

    public string? NodeId { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public static readonly string[] KnownCategories = ["TECHNICAL", "BUSINESS"];

    public static readonly string[] KnownLevels = ["DEBUG", "INFO", "WARNING", "ERROR"];

    public static readonly string[] KnownEventTypes =
    [
        "WORKFLOW_STARTED", "WORKFLOW_COMPLETED", "WORKFLOW_FAILED", "WORKFLOW_PROGRESS", "STEP_STARTED", "STEP_INPUT", "STEP_OUTPUT",
        "STEP_COMPLETED", "STEP_ERROR", "STEP_FAILED", "HUMAN_INTERACTION", "DATA_PROCESSING", "SEPARATOR",
    ];
}

/// <summary>One line of a run's log as it is stored.</summary>
internal sealed record LogLine(
    Guid Id, long Sequence, DateTimeOffset Timestamp, string Category, string EventType, string Level, string Message,
    string? UserFriendlyMessage, int? DisplayPriority, bool IsMilestone, string? NodeId, string? NodeName, string? NodeType,
    int? StepNumber, int? TotalSteps, decimal? ProgressPercentage, int? DurationSeconds, JsonElement? Data, JsonElement? TechnicalDetails,
    JsonElement? PerformanceMetrics, string? StackTrace);

/// <summary>Reads a page of a run's log, in the order things happened.</summary>
internal sealed class LogPage(UserDatabase database)
{
    private const string List = "logs";

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
            AND ($8::text[] IS NULL OR upper(event_type) = ANY ($8))
            AND ($9::timestamptz IS NULL OR created_at >= $9)
            AND ($10::timestamptz IS NULL OR created_at < $10)
        ORDER BY sequence
        LIMIT $11
        """;

    /// <summary>Where the page asked for begins; before the beginning when the request names none.</summary>
    public static long After(QueryReader query) => query.Position(List) ?? long.MinValue;

    /// <summary>The page, and the cursor of the next one when there is one. Throws the 404 problem when the execution is not the caller's.</summary>
    public Task<(List<LogLine> Lines, string? NextCursor)> ReadAsync(
        Caller caller, ExecutionId executionId, LogFilter filter, CancellationToken cancellationToken) =>
        database.QueryAsync(
            caller,
            [
                Statement.Of(Execution, Statement.Text(executionId.Value)),
                Statement.Of(
                    Sql, Statement.Text(executionId.Value), Statement.Long(filter.After), Statement.Texts(filter.Categories),
                    Statement.Texts(filter.Levels), Statement.Integer(filter.MinPriority), Statement.Flag(filter.MilestonesOnly ? true : null),
                    Statement.Text(filter.NodeId), Statement.Texts(filter.EventTypes), Statement.Moment(filter.Since),
                    Statement.Moment(filter.Until), Statement.Integer(filter.Limit + 1)),
            ],
            async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("execution");
                }
                await reader.NextResultAsync(token);

                var lines = new List<LogLine>();
                while (await reader.ReadAsync(token))
                {
                    lines.Add(Read(reader));
                }
                var more = Page.Trim(lines, filter.Limit);
                return (lines, more ? Cursor.Write(List, lines[^1].Sequence) : null);
            },
            cancellationToken);

    private static LogLine Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), reader.GetString(4),
        reader.GetString(5), reader.GetString(6), reader.Text(7), reader.Integer(8), !reader.IsDBNull(9) && reader.GetBoolean(9),
        reader.Text(10), reader.Text(11), reader.Text(12), reader.Integer(13), reader.Integer(14),
        reader.IsDBNull(15) ? null : reader.GetDecimal(15), reader.Integer(16), reader.Json(17), reader.Json(18), reader.Json(19), reader.Text(20));
}
