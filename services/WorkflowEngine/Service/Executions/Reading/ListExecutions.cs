using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;
using AiTeams.WorkflowEngine.Core.Executions;
using Npgsql;

namespace AiTeams.WorkflowEngine.Executions.Reading;

/// <summary>The caller's executions, newest first.</summary>
internal sealed class ListExecutions(UserDatabase database)
{
    private const string List = "executions";

    // user_id = $1 says again what the policy says, as a constant the planner can put into the index condition. The name is looked up per
    // row of the page: a join makes the planner sort all of the user's executions first.
    internal const string Sql = """
        SELECT e.id, e.execution_id, e.workflow_id, (SELECT name FROM workflows w WHERE w.id = e.workflow_id), e.workflow_version,
            e.status, e.mode, e.triggered_by, e.parent_execution_id, e.start_time, e.end_time, e.error_message, e.created_at
        FROM workflow_executions e
        WHERE e.user_id = $1
            AND ($2::timestamptz IS NULL OR (e.created_at, e.id) < ($2, $3))
            AND ($4::uuid IS NULL OR e.workflow_id = $4)
            AND ($5::text[] IS NULL OR e.status = ANY ($5))
            AND ($6::text[] IS NULL OR e.mode = ANY ($6))
            AND ($7::timestamptz IS NULL OR e.created_at >= $7)
            AND ($8::timestamptz IS NULL OR e.created_at < $8)
        ORDER BY e.created_at DESC, e.id DESC
        LIMIT $9
        """;

    private static readonly string[] Statuses = [.. Enum.GetValues<ExecutionStatus>().Select(status => status.ToWire())];

    public sealed record Summary(
        string ExecutionId, Guid WorkflowId, string WorkflowName, int WorkflowVersion, string Status, string Mode, string? TriggeredBy,
        string? ParentExecutionId, long? StartTime, long? EndTime, string? ErrorMessage, DateTimeOffset CreatedAt);

    public sealed record Answer(IReadOnlyList<Summary> Executions, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Limit();
        var after = query.Cursor(List);
        var filters = new[]
        {
            Statement.Uuid(query.Id("workflow_id")),
            Statement.Texts(query.Words("status", Statuses)),
            Statement.Texts(query.Words("mode", "MANUAL", "TRIGGER", "WEBHOOK", "RETRY")),
            Statement.Moment(query.Moment("since")),
            Statement.Moment(query.Moment("until")),
        };
        query.ThrowIfInvalid();

        return await database.QueryAsync(
            caller,
            Statement.Of(
                Sql,
                [
                    Statement.Uuid(caller.UserId),
                    Statement.Moment(after is { First: var ticks } ? new DateTimeOffset(ticks, TimeSpan.Zero) : null), Statement.Uuid(after?.Second),
                    .. filters, Statement.Integer(limit + 1),
                ]),
            async (reader, token) =>
            {
                var rows = new List<(Guid Id, Summary Execution)>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add((reader.GetGuid(0), Read(reader)));
                }
                var more = Page.Trim(rows, limit);
                return new Answer(
                    [.. rows.Select(row => row.Execution)],
                    more ? Cursor.Write(List, rows[^1].Execution.CreatedAt.UtcTicks, rows[^1].Id) : null);
            },
            cancellationToken);
    }

    private static Summary Read(NpgsqlDataReader reader) => new(
        reader.GetString(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt32(4), reader.GetString(5), reader.GetString(6),
        reader.Text(7), reader.Text(8), reader.Long(9), reader.Long(10), reader.Text(11), reader.GetFieldValue<DateTimeOffset>(12));
}
