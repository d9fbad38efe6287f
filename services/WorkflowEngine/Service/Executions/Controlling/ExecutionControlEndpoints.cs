using AiTeams.ServiceDefaults.ApiDescription;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.WorkflowEngine.Core.Executions;
using AiTeams.WorkflowEngine.Executions.Reading;

namespace AiTeams.WorkflowEngine.Executions.Controlling;

/// <summary>POST /executions/{id}/cancel, /pause and /resume.</summary>
internal static class ExecutionControlEndpoints
{
    /// <summary>How the execution stands now.</summary>
    public sealed record Answer(string ExecutionId, string Status);

    public static IServiceCollection AddExecutionControl(this IServiceCollection services) =>
        services.AddSingleton<ControlExecution>().AddSingleton<EarlierAnswer>();

    public static IEndpointRouteBuilder MapExecutionControl(this IEndpointRouteBuilder endpoints)
    {
        var executions = endpoints.MapGroup("/api/v1/app/executions/{executionId}").WithTags("Executions").RequireAuthorization("user");
        Map(executions, "/cancel", ControlKind.Cancel, "CancelExecution", "End an execution, whatever it is doing");
        Map(executions, "/pause", ControlKind.Pause, "PauseExecution", "Let an execution finish what it is doing and begin nothing more");
        Map(executions, "/resume", ControlKind.Resume, "ResumeExecution", "Let a paused execution go on");
        return endpoints;
    }

    private static void Map(RouteGroupBuilder executions, string path, ControlKind kind, string name, string summary) =>
        executions.MapPost(path, async (ExecutionId executionId, Caller caller, ControlExecution control, HttpContext context) =>
            {
                var request = new ControlRequest(new ControlCommand(kind), caller.UserId.ToString("D"));
                var answer = await control.HandleAsync(caller, executionId, request, context.RequestAborted);

                // Not true yet: its owner is being replaced, or it is paused and a call it makes is still on its way back.
                var isTrue = answer.IsDecided && (kind != ControlKind.Pause || answer.Status != ExecutionStatus.Running.ToWire());
                if (!isTrue)
                {
                    context.Response.Headers.Location = $"/api/v1/app/executions/{answer.ExecutionId}";
                }

                return Results.Json(
                    new Answer(answer.ExecutionId, answer.Status), statusCode: isTrue ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
            })
            .Named(name, summary).Produces<Answer>().Produces<Answer>(StatusCodes.Status202Accepted).ProducesProblems(404, 409);
}
