using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Events;
using AiTeams.WorkflowEngine.Executions.Reading;

namespace AiTeams.WorkflowEngine.Executions.Starting;

/// <summary>Starting executions and watching them.</summary>
internal static class ExecutionStartingEndpoints
{
    public static IEndpointRouteBuilder MapExecutionStarting(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/app").RequireAuthorization("user").WithTags("Executions");

        api.MapPost("/workflows/{id}/executions",
                (HttpContext context, Caller caller, string id, StartExecutionEndpoint start, CancellationToken cancellationToken) =>
                    start.HandleAsync(context, caller, id, cancellationToken))
            .WithName("StartExecution")
            .WithSummary("Runs the workflow. 202 once the start is on disk; with Prefer: wait=10 the finished execution, if it ends in time.")
            .Produces(StatusCodes.Status202Accepted).Produces<ReadExecution.Answer>().ProducesProblems(404, 422, 503);

        api.MapGet("/executions/{id}/events",
                (HttpContext context, Caller caller, string id, StreamExecutionEvents stream) => stream.HandleAsync(context, caller, id))
            .WithName("StreamExecutionEvents")
            .WithSummary("Server-sent events of one execution, replayed from Last-Event-ID; ends when the execution does.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").ProducesProblems(404, 422);

        api.MapPost("/executions/{id}/retry",
                (HttpContext context, Caller caller, ExecutionId id, RetryExecutionEndpoint retry, CancellationToken cancellationToken) =>
                    retry.HandleAsync(context, caller, id, cancellationToken))
            .WithName("RetryExecution")
            .WithSummary("Runs an execution that has ended again, from a node on; results before that node are reused.")
            .Produces<RetryExecutionEndpoint.Answer>(StatusCodes.Status202Accepted).ProducesProblems(404, 409, 422, 503);

        return app;
    }
}
