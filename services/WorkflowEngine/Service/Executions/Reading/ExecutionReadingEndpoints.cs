using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.ApiDescription;

namespace AiTeams.WorkflowEngine.Executions.Reading;

internal static class ExecutionReadingEndpoints
{
    public static IServiceCollection AddExecutionReading(this IServiceCollection services) => services
        .AddSingleton<ListExecutions>()
        .AddSingleton<ReadExecution>()
        .AddSingleton<ReadLogs>();

    public static IEndpointRouteBuilder MapExecutionReading(this IEndpointRouteBuilder endpoints)
    {
        var executions = endpoints.MapGroup("/api/v1/app/executions").WithTags("Executions").RequireAuthorization("user");

        executions.MapGet("", (HttpRequest request, Caller caller, ListExecutions list, CancellationToken cancellationToken) =>
                list.HandleAsync(request, caller, cancellationToken))
            .Named("ListExecutions", "List executions, newest first")
            .WithQuery("workflow_id", "status", "mode", "since", "until", "limit", "cursor").ProducesProblems(422);

        executions.MapGet("/{executionId}", (ExecutionId executionId, Caller caller, ReadExecution read, CancellationToken cancellationToken) =>
                read.HandleAsync(executionId, caller, cancellationToken))
            .Named("ReadExecution", "Read an execution with its node executions, in order").ProducesProblems(404);

        executions.MapGet("/{executionId}/logs", (HttpRequest request, ExecutionId executionId, Caller caller, ReadLogs read, CancellationToken cancellationToken) =>
                read.HandleAsync(request, executionId, caller, cancellationToken))
            .Named("ReadExecutionLogs", "Read what happened in an execution, in order")
            .WithQuery("category", "level", "min_priority", "milestones", "node_id", "limit", "cursor").ProducesProblems(404, 422);

        return endpoints;
    }
}
