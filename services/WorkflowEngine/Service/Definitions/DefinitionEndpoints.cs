using System.Text.Json.Nodes;
using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.WorkflowEngine.Definitions;

internal static class DefinitionEndpoints
{
    public static IServiceCollection AddDefinitions(this IServiceCollection services) => services
        .AddSingleton<CreateWorkflow>()
        .AddSingleton<ListWorkflows>()
        .AddSingleton<ReadWorkflow>()
        .AddSingleton<UpdateWorkflow>()
        .AddSingleton<DeleteWorkflow>()
        .AddSingleton<ListVersions>()
        .AddSingleton<ReadVersion>()
        .AddSingleton<RestoreVersion>()
        .AddSingleton<ValidateWorkflow>()
        .AddSingleton<CompareVersions>()
        .AddSingleton<SaveVersion>()
        .AddSingleton<ForgetIdempotencyKeys>()
        .AddHostedService(services => services.GetRequiredService<ForgetIdempotencyKeys>());

    public static IEndpointRouteBuilder MapDefinitions(this IEndpointRouteBuilder endpoints)
    {
        var workflows = endpoints.MapGroup("/api/v1/app/workflows").WithTags("Workflows").RequireAuthorization("user");

        workflows.MapPost("", (HttpRequest request, Caller caller, CreateWorkflow create, CancellationToken cancellationToken) =>
                create.HandleAsync(request, caller, cancellationToken))
            .Named("CreateWorkflow", "Create a workflow")
            .Accepts<JsonObject>("application/json").Produces<JsonObject>(StatusCodes.Status201Created).ProducesProblems(422);

        workflows.MapPost("/validate", (HttpRequest request, ValidateWorkflow validate, CancellationToken cancellationToken) =>
                validate.HandleAsync(request, cancellationToken))
            .Named("ValidateWorkflow", "Say what is wrong with a document, and store nothing")
            .Accepts<JsonObject>("application/json").ProducesProblems(422);

        workflows.MapGet("", (HttpRequest request, Caller caller, ListWorkflows list, CancellationToken cancellationToken) =>
                list.HandleAsync(request, caller, cancellationToken))
            .Named("ListWorkflows", "List workflows, newest updated first")
            .WithQuery("q", "tag", "active", "deployment_status", "limit", "cursor").ProducesProblems(422);

        workflows.MapGet("/{id}", (HttpRequest request, WorkflowId id, Caller caller, ReadWorkflow read, CancellationToken cancellationToken) =>
                read.HandleAsync(request, id, caller, cancellationToken))
            .Named("ReadWorkflow", "Read a workflow")
            .Produces<JsonObject>().Produces(StatusCodes.Status304NotModified).ProducesProblems(404);

        workflows.MapPut("/{id}", (HttpRequest request, WorkflowId id, Caller caller, UpdateWorkflow update, CancellationToken cancellationToken) =>
                update.HandleAsync(request, id, caller, cancellationToken))
            .Named("UpdateWorkflow", "Save a new version of a workflow")
            .Accepts<JsonObject>("application/json").Produces<JsonObject>().ProducesProblems(404, 412, 422);

        workflows.MapDelete("/{id}", (WorkflowId id, Caller caller, DeleteWorkflow delete, CancellationToken cancellationToken) =>
                delete.HandleAsync(id, caller, cancellationToken))
            .Named("DeleteWorkflow", "Delete a workflow with its executions")
            .Produces(StatusCodes.Status204NoContent).ProducesProblems(404);

        workflows.MapGet("/{id}/versions", (HttpRequest request, WorkflowId id, Caller caller, ListVersions list, CancellationToken cancellationToken) =>
                list.HandleAsync(request, id, caller, cancellationToken))
            .Named("ListVersions", "List the versions of a workflow, newest first")
            .WithQuery("limit", "cursor").ProducesProblems(404, 422);

        workflows.MapGet("/{id}/versions/{n}", (WorkflowId id, VersionNumber n, Caller caller, ReadVersion read, CancellationToken cancellationToken) =>
                read.HandleAsync(id, n, caller, cancellationToken))
            .Named("ReadVersion", "Read one version of a workflow").ProducesProblems(404);

        workflows.MapGet("/{id}/versions/{from}/diff/{to}", (WorkflowId id, VersionNumber from, VersionNumber to, Caller caller, CompareVersions compare, CancellationToken cancellationToken) =>
                compare.HandleAsync(id, from, to, caller, cancellationToken))
            .Named("CompareVersions", "Say what makes one version of a workflow another")
            .Produces<JsonObject>().ProducesProblems(404);

        workflows.MapPost("/{id}/versions/{n}/restore", (HttpRequest request, WorkflowId id, VersionNumber n, Caller caller, RestoreVersion restore, CancellationToken cancellationToken) =>
                restore.HandleAsync(request, id, n, caller, cancellationToken))
            .Named("RestoreVersion", "Make an earlier version the newest again")
            .Produces<JsonObject>().ProducesProblems(404, 412, 422);

        return endpoints;
    }
}
