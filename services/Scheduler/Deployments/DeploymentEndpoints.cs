using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.Scheduler.Deployments;

internal static class DeploymentEndpoints
{
    public static IServiceCollection AddDeployments(this IServiceCollection services) => services
        .AddSingleton<DeployWorkflow>()
        .AddSingleton<UndeployWorkflow>()
        .AddSingleton<ListDeployments>();

    public static IEndpointRouteBuilder MapDeployments(this IEndpointRouteBuilder endpoints)
    {
        var workflows = endpoints.MapGroup("/api/v1/app/workflows/{workflowId}").WithTags("Deployments").RequireAuthorization("user");

        workflows.MapPost("/deploy", async (HttpRequest request, WorkflowId workflowId, Caller caller, DeployWorkflow deploy, CancellationToken cancellationToken) =>
                await deploy.HandleAsync(
                    caller, workflowId.Value, new DeployRequest(await DeploymentBody.VersionAsync(request, cancellationToken)), cancellationToken))
            .Named("DeployWorkflow", "Let a workflow's triggers listen, all or none")
            .Accepts<JsonObject>(isOptional: true, "application/json").ProducesProblems(404, 422);

        workflows.MapPost("/rollback", async (HttpRequest request, WorkflowId workflowId, Caller caller, DeployWorkflow deploy, CancellationToken cancellationToken) =>
                await deploy.HandleAsync(
                    caller,
                    workflowId.Value,
                    new DeployRequest(null, RollbackTo: await DeploymentBody.VersionAsync(request, cancellationToken)
                        ?? throw Problems.Validation("required", "version names the deployment to go back to.", "/version")),
                    cancellationToken))
            .Named("RollbackWorkflow", "Deploy again what an earlier deployment ran")
            .Accepts<JsonObject>("application/json").ProducesProblems(404, 422);

        workflows.MapPost("/undeploy", (WorkflowId workflowId, Caller caller, UndeployWorkflow undeploy, CancellationToken cancellationToken) =>
                undeploy.HandleAsync(caller, workflowId.Value, cancellationToken))
            .Named("UndeployWorkflow", "Silence a workflow's triggers; what runs goes on")
            .ProducesProblems(404);

        workflows.MapGet("/deployments", (HttpRequest request, WorkflowId workflowId, Caller caller, ListDeployments list, CancellationToken cancellationToken) =>
                list.HandleAsync(request, workflowId, caller, cancellationToken))
            .Named("ListDeployments", "List the steps of a workflow's deployments, newest first")
            .WithQuery("limit", "cursor").ProducesProblems(404, 422);

        return endpoints;
    }
}
