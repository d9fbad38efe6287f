using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;
using Npgsql;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>The dashboard: the caller's workflows, newest updated first, without their documents.</summary>
internal sealed class ListWorkflows(UserDatabase database)
{
    private const string List = "workflows";

    // user_id = $1 says again what the policy says, as a constant the planner can put into the index condition.
    internal const string Sql = """
        SELECT id, name, description, icon_url, tags, latest_version, active, deployment_status,
            latest_execution_status, latest_execution_id, latest_execution_time, created_at, updated_at
        FROM workflows
        WHERE user_id = $1
            AND ($2::bigint IS NULL OR (updated_at, id) < ($2, $3))
            AND ($4::boolean IS NULL OR active = $4)
            AND ($5::text IS NULL OR deployment_status = $5)
            AND ($6::text IS NULL OR tags @> ARRAY[$6])
            AND ($7::text IS NULL OR name ILIKE $7 OR description ILIKE $7)
        ORDER BY updated_at DESC, id DESC
        LIMIT $8
        """;

    public sealed record Summary(
        Guid Id, string Name, string? Description, string? IconUrl, IReadOnlyList<string> Tags, int Version, bool Active,
        string? DeploymentStatus, string? LatestExecutionStatus, string? LatestExecutionId, DateTimeOffset? LatestExecutionTime,
        long CreatedAt, long UpdatedAt);

    public sealed record Answer(IReadOnlyList<Summary> Workflows, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Limit();
        var after = query.Cursor(List);
        var filters = new[]
        {
            Statement.Flag(query.Flag("active")),
            Statement.Text(query.Text("deployment_status", longest: 50)),
            Statement.Text(query.Text("tag")),
            Statement.Text(query.Text("q") is { } words ? $"%{Literally(words)}%" : null),
        };
        query.ThrowIfInvalid();

        return await database.QueryAsync(
            caller,
            Statement.Of(
                Sql,
                [
                    Statement.Uuid(caller.UserId), Statement.Long(after?.First), Statement.Uuid(after?.Second),
                    .. filters, Statement.Integer(limit + 1),
                ]),
            async (reader, token) =>
            {
                var rows = new List<Summary>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(Read(reader));
                }
                var more = Page.Trim(rows, limit);
                return new Answer(rows, more ? Cursor.Write(List, rows[^1].UpdatedAt, rows[^1].Id) : null);
            },
            cancellationToken);
    }

    private static Summary Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.Text(2), reader.Text(3), reader.IsDBNull(4) ? [] : reader.GetFieldValue<string[]>(4),
        reader.GetInt32(5), reader.GetBoolean(6), reader.Text(7), reader.Text(8), reader.Text(9), reader.Moment(10),
        reader.GetInt64(11), reader.GetInt64(12));

    /// <summary>A person who types "50%" looks for a per cent sign.</summary>
    private static string Literally(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);
}
