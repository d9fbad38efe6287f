using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using AiTeams.WorkflowEngine.Sandbox;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// Replaces the document. Without If-Match the last write wins; with it a save based on an older version is refused. A document
/// that is the same as the stored one makes no version.
/// </summary>
internal sealed class UpdateWorkflow(SaveVersion save, CodeCheck code)
{
    public async Task<IResult> HandleAsync(HttpRequest request, WorkflowId id, Caller caller, CancellationToken cancellationToken)
    {
        var expected = WorkflowTag.Expected(request);
        var workflow = await AuthoredWorkflow.AcceptAsync(await WorkflowBody.ReadAsync(request, cancellationToken), code, cancellationToken);

        return (await save.HandleAsync(caller, id.Value, workflow, expected, cancellationToken)).ToOk();
    }
}
