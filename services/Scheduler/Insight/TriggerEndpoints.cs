using System.Text.Json.Nodes;
using AiTeams.Scheduler.Deployments;
using AiTeams.Scheduler.Invocation;
using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.Scheduler.Insight;

internal static class TriggerEndpoints
{
    public static IServiceCollection AddTriggerInsight(this IServiceCollection services)
    {
        services.AddSingleton<ListTriggers>().AddSingleton<PauseTriggers>().AddSingleton<FindTriggerNode>().AddSingleton<InvokeTrigger>();
        services.AddSingleton<SchedulerMetrics>();
        services.AddSingleton<Backlog>().AddHostedService(provider => provider.GetRequiredService<Backlog>());
        services.AddHealthChecks().AddCheck<Backlog>("backlog");
        return services;
    }

    public static IEndpointRouteBuilder MapTriggerInsight(this IEndpointRouteBuilder endpoints)
    {
        var triggers = endpoints.MapGroup("/api/v1/app/workflows/{workflowId}/triggers").WithTags("Triggers").RequireAuthorization("user");

        triggers.MapGet("", (WorkflowId workflowId, Caller caller, ListTriggers list, CancellationToken cancellationToken) =>
                list.HandleAsync(workflowId, caller, cancellationToken))
            .Named("ListTriggers", "Say what a workflow's deployed triggers do, when they fire next and what they started")
            .ProducesProblems(404);

        triggers.MapPost("/pause", (WorkflowId workflowId, Caller caller, PauseTriggers pause, CancellationToken cancellationToken) =>
                pause.HandleAsync(caller, workflowId.Value, nodeId: null, isActive: false, cancellationToken))
            .Named("PauseTriggers", "Let all triggers of a deployed workflow rest").ProducesProblems(404, 409);

        triggers.MapPost("/resume", (WorkflowId workflowId, Caller caller, PauseTriggers pause, CancellationToken cancellationToken) =>
                pause.HandleAsync(caller, workflowId.Value, nodeId: null, isActive: true, cancellationToken))
            .Named("ResumeTriggers", "Wake all triggers of a deployed workflow").ProducesProblems(404, 409);

        triggers.MapPost("/{nodeId}/pause", (WorkflowId workflowId, string nodeId, Caller caller, PauseTriggers pause, CancellationToken cancellationToken) =>
                pause.HandleAsync(caller, workflowId.Value, nodeId, isActive: false, cancellationToken))
            .Named("PauseTrigger", "Let one trigger rest").ProducesProblems(404, 409);

        triggers.MapPost("/{nodeId}/resume", (WorkflowId workflowId, string nodeId, Caller caller, PauseTriggers pause, CancellationToken cancellationToken) =>
                pause.HandleAsync(caller, workflowId.Value, nodeId, isActive: true, cancellationToken))
            .Named("ResumeTrigger", "Wake one trigger").ProducesProblems(404, 409);

        triggers.MapGet("/{nodeId}/invocation-schema", async (WorkflowId workflowId, string nodeId, Caller caller, FindTriggerNode find, CancellationToken cancellationToken) =>
            {
                var (node, type, version) = await find.HandleAsync(caller, workflowId.Value, nodeId, cancellationToken);
                return new JsonObject
                {
                    ["node_id"] = nodeId,
                    ["trigger_subtype"] = type.Subtype,
                    ["workflow_version"] = version,
                    ["schema"] = type.InvocationSchema(node.Configuration),
                };
            })
            .Named("ReadInvocationSchema", "Say which parameters a made-up event of this trigger has").ProducesProblems(404);

        triggers.MapPost("/{nodeId}/invoke", (HttpRequest request, WorkflowId workflowId, string nodeId, Caller caller, InvokeTrigger invoke, CancellationToken cancellationToken) =>
                invoke.HandleAsync(request, caller, workflowId.Value, nodeId, cancellationToken))
            .Named("InvokeTrigger", "Start a test run with a made-up event, or only say what it would be")
            .Accepts<JsonObject>(isOptional: true, "application/json").Produces<InvokeTrigger.DryRun>().Produces<JsonObject>(StatusCodes.Status202Accepted)
            .ProducesProblems(404, 422);

        return endpoints;
    }
}
