using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Executions.Reading;

namespace AiTeams.WorkflowEngine.Executions.Starting;

/// <summary>POST /executions/{id}/retry {from_node_id?, data?, version?}: 202 with Location once the new execution is on disk.</summary>
internal sealed class RetryExecutionEndpoint(RetryExecution retry)
{
    /// <summary>The new execution, and the one it repeats.</summary>
    public sealed record Answer(string ExecutionId, string Status, string ParentExecutionId);

    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, ExecutionId executionId, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(context.Request, cancellationToken);
        var request = Read(executionId, body, IdempotencyHeader.Read(context.Request), caller.UserId.ToString("D"));
        var started = await retry.HandleAsync(caller, request, cancellationToken);
        context.Response.Headers.Location = $"/api/v1/app/executions/{started.ExecutionId}";
        return Results.Json(new Answer(started.ExecutionId, started.Status, executionId.Value), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<JsonData> BodyAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding"))
            ? JsonData.EmptyObject
            : JsonData.From(await JsonBody.ReadAsync(request, cancellationToken));

    private static RetryRequest Read(ExecutionId executionId, JsonData body, string? key, string triggeredBy)
    {
        var problems = new List<Problem>();
        if (!body.IsObject)
        {
            throw Problems.Validation("invalid_type", "The body is an object: {from_node_id?, data?, version?}.", "");
        }

        foreach (var (name, value) in body.Fields)
        {
            var problem = name switch
            {
                "from_node_id" => value.IsNull || value.IsString ? null : new Problem("invalid_type", "from_node_id is the id of a node, a string.", "/from_node_id"),
                "version" => value.IsNull || value.Text == "latest" || value.TryGetInteger(out _)
                    ? null
                    : new Problem("invalid_type", "version is a number, or \"latest\".", "/version"),
                "data" => null,
                _ => new Problem("unknown_field", $"'{name}' is not a field of this request: from_node_id, data, version.", $"/{name}"),
            };
            if (problem is not null)
            {
                problems.Add(problem);
            }
        }

        return problems.Count == 0
            ? new RetryRequest(executionId, body["from_node_id"].Text, body["data"], body["version"], key, triggeredBy)
            : throw Problems.Validation(problems);
    }
}
