using AiTeams.ServiceDefaults.Database;
using AiTeams.ServiceDefaults.Errors;
using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;

namespace AiTeams.WorkflowEngine.Definitions;

internal sealed class ReadWorkflow(UserDatabase database)
{
    public async Task<IResult> HandleAsync(HttpRequest request, WorkflowId id, Caller caller, CancellationToken cancellationToken)
    {
        var workflow = await database.QueryAsync(caller, WorkflowAnswer.Select(id.Value), WorkflowAnswer.ReadAsync, cancellationToken)
            ?? throw Problems.NotFound("workflow");

        if (WorkflowTag.IsFresh(request, workflow.Tag))
        {
            request.HttpContext.Response.Headers.ETag = workflow.Tag;
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }
        return workflow.ToOk();
    }
}
