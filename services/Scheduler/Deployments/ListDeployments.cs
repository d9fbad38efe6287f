using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Paging;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.Scheduler.Deployments;

/// <summary>Every step of every deployment of a workflow, newest first: what was asked, what came of it, who and how long.</summary>
internal sealed class ListDeployments(UserDatabase database)
{
    private const string List = "deployments";

    private const string Page = """
        SELECT h.id, h.deployment_action, h.from_status, h.to_status, h.deployment_version, h.deployment_config, h.triggered_by, h.started_at, h.completed_at,
            h.error_message, h.deployment_logs
        FROM workflow_deployment_history h
        WHERE h.workflow_id = $1 AND ($2::timestamptz IS NULL OR (h.started_at, h.id) < ($2, $3))
        ORDER BY h.started_at DESC, h.id DESC LIMIT $4
        """;

    /// <param name="DurationMs">From the request to its end, in milliseconds.</param>
    public sealed record Step(
        Guid Id, string Action, string FromStatus, string ToStatus, int DeploymentVersion, JsonElement? Config, Guid? TriggeredBy, DateTimeOffset StartedAt,
        DateTimeOffset? CompletedAt, double? DurationMs, string? ErrorMessage, JsonElement? Logs);

    public sealed record Answer(Guid WorkflowId, IReadOnlyList<Step> Deployments, string? NextCursor);

    public async Task<Answer> HandleAsync(HttpRequest request, WorkflowId id, Caller caller, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Limit();
        var after = query.Cursor(List);
        query.ThrowIfInvalid();

        return await database.QueryAsync(
            caller,
            [
                Statement.Of("SELECT 1 FROM workflows WHERE id = $1", Statement.Uuid(id.Value)),
                Statement.Of(
                    Page, Statement.Uuid(id.Value), Statement.Moment(after is { First: var ticks } ? new DateTimeOffset(ticks, TimeSpan.Zero) : null),
                    Statement.Uuid(after?.Second), Statement.Integer(limit + 1)),
            ],
            async (reader, token) =>
            {
                if (!await reader.ReadAsync(token))
                {
                    throw Problems.NotFound("workflow");
                }

                await reader.NextResultAsync(token);
                var steps = new List<Step>();
                while (await reader.ReadAsync(token))
                {
                    var (started, completed) = (reader.GetFieldValue<DateTimeOffset>(7), reader.Moment(8));
                    steps.Add(new Step(
                        reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4), reader.Json(5), reader.Uuid(6),
                        started, completed, (completed - started)?.TotalMilliseconds, reader.Text(9), reader.Json(10)));
                }

                var more = ServiceDefaults.Paging.Page.Trim(steps, limit);
                return new Answer(id.Value, steps, more ? Cursor.Write(List, steps[^1].StartedAt.UtcTicks, steps[^1].Id) : null);
            },
            cancellationToken);
    }
}
