using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.WorkflowEngine.Executions.Reading;

internal static class ExecutionReadingEndpoints
{
    public static IServiceCollection AddExecutionReading(this IServiceCollection services) => services
        .AddSingleton<ListExecutions>()
        .AddSingleton<ReadExecution>()
        .AddSingleton<LogPage>()
        .AddSingleton<ReadLogs>()
        .AddSingleton<ReadBusinessLog>()
        .AddSingleton<ReadTechnicalLog>()
        .AddSingleton<SummariseLogs>();

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
            .WithQuery("category", "level", "event_type", "min_priority", "milestones", "node_id", "since", "until", "limit", "cursor").ProducesProblems(404, 422);

        executions.MapGet("/{executionId}/logs/business", (HttpRequest request, ExecutionId executionId, Caller caller, ReadBusinessLog read, CancellationToken cancellationToken) =>
                read.HandleAsync(request, executionId, caller, cancellationToken))
            .Named("ReadBusinessLog", "Read what became of the work, in friendly words")
            .WithQuery("min_priority", "milestones_only", "limit", "cursor").ProducesProblems(404, 422);

        executions.MapGet("/{executionId}/logs/technical", (HttpRequest request, ExecutionId executionId, Caller caller, ReadTechnicalLog read, CancellationToken cancellationToken) =>
                read.HandleAsync(request, executionId, caller, cancellationToken))
            .Named("ReadTechnicalLog", "Read every line with codes and details")
            .WithQuery("level", "node_id", "include_stack_trace", "limit", "cursor").ProducesProblems(404, 422);

        executions.MapGet("/{executionId}/logs/milestones", (HttpRequest request, ExecutionId executionId, Caller caller, ReadBusinessLog read, CancellationToken cancellationToken) =>
                read.HandleMilestonesAsync(request, executionId, caller, cancellationToken))
            .Named("ReadMilestones", "Read the important steps only")
            .WithQuery("limit", "cursor").ProducesProblems(404, 422);

        executions.MapGet("/{executionId}/logs/summary", (ExecutionId executionId, Caller caller, SummariseLogs summarise, TimeProvider clock, CancellationToken cancellationToken) =>
                summarise.HandleAsync(executionId, caller, clock, cancellationToken))
            .Named("SummariseLogs", "Count an execution's log lines by kind, and say how far it is").ProducesProblems(404);

        return endpoints;
    }
}
