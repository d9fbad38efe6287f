using AiTeams.ServiceDefaults.Identity;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>
/// Replaces the document. Without If-Match the last write wins; with it a save based on an older version is refused. A document
/// that is the same as the stored one makes no version.
/// </summary>
internal sealed class UpdateWorkflow(SaveVersion save)
{
    public async Task<IResult> HandleAsync(HttpRequest request, WorkflowId id, Caller caller, CancellationToken cancellationToken)
    {
        var expected = WorkflowTag.Expected(request);
        var workflow = AuthoredWorkflow.Accept(await WorkflowBody.ReadAsync(request, cancellationToken));

        return (await save.HandleAsync(caller, id.Value, workflow, expected, cancellationToken)).ToOk();
    }
}
