using System.Text.Json;
using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Hosting;
using AiTeams.WorkflowEngine.Core.Definitions;
using Npgsql;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>A workflow as it is answered: its document completed by what the server keeps, put together by Postgres and passed on as bytes.</summary>
internal sealed record WorkflowAnswer(Guid Id, string Tag, byte[] Json)
{
    /// <summary>The columns of an answer, over <c>workflows w</c>.</summary>
    /// <param name="warnings">An SQL expression of type jsonb; where it is null the answer has no such member.</param>
    public static string Columns(string warnings) =>
        $$"""
        w.id, w.row_version,
        to_hex(hashtextextended(concat_ws('|', w.deployment_status, w.deployment_version, w.latest_execution_status,
            w.latest_execution_id, w.latest_execution_time), 0)),
        (w.workflow_data || jsonb_build_object(
            'id', w.id, 'version', w.latest_version, 'active', w.active, 'deployment_status', w.deployment_status,
            'latest_execution_status', w.latest_execution_status, 'latest_execution_id', w.latest_execution_id,
            'latest_execution_time', w.latest_execution_time, 'created_at', w.created_at, 'updated_at', w.updated_at,
            'metadata', (w.workflow_data -> 'metadata') || jsonb_build_object(
                'id', w.id, 'version', w.version, 'created_by', w.user_id, 'created_time', w.created_at,
                'deployment_status', w.deployment_status, 'last_execution_status', w.latest_execution_status,
                'last_execution_id', w.latest_execution_id,
                'last_execution_time', (extract(epoch FROM w.latest_execution_time) * 1000)::bigint))
            || CASE WHEN {{warnings}} IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('warnings', {{warnings}}) END)::text
        """;

    public string Location => $"/api/v1/app/workflows/{Id}";

    /// <summary>The answer for one workflow; after a save with the warnings of its document, otherwise without.</summary>
    public static NpgsqlBatchCommand Select(Guid workflowId, IReadOnlyList<ValidationProblem>? warnings = null) => Statement.Of(
        $"SELECT {Columns("$2::jsonb")} FROM workflows w WHERE w.id = $1",
        Statement.Uuid(workflowId), Statement.Json(warnings is null ? null : WarningsJson(warnings)));

    public static string WarningsJson(IReadOnlyList<ValidationProblem> warnings) =>
        JsonSerializer.Serialize(warnings.Select(AuthoredWorkflow.ToProblem), JsonConventions.Options);

    public static async Task<WorkflowAnswer?> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        await reader.ReadAsync(cancellationToken) ? Read(reader) : null;

    public static WorkflowAnswer Read(NpgsqlDataReader reader, int firstColumn = 0) => new(
        reader.GetGuid(firstColumn),
        WorkflowTag.Write(reader.GetInt64(firstColumn + 1), reader.GetString(firstColumn + 2)),
        reader.GetFieldValue<byte[]>(firstColumn + 3));

    public IResult ToCreated(bool replayed) => new Sent(this, StatusCodes.Status201Created, replayed);

    public IResult ToOk() => new Sent(this, StatusCodes.Status200OK, Replayed: false);

    private sealed record Sent(WorkflowAnswer Answer, int Status, bool Replayed) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = Status;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = Answer.Json.Length;
            response.Headers.ETag = Answer.Tag;
            response.Headers.CacheControl = "private, no-cache";
            if (Status == StatusCodes.Status201Created)
            {
                response.Headers.Location = Answer.Location;
            }
            if (Replayed)
            {
                response.Headers["Idempotency-Replayed"] = "true";
            }
            return response.Body.WriteAsync(Answer.Json, httpContext.RequestAborted).AsTask();
        }
    }
}
