using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Sandbox;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>Makes an earlier document the newest version again: history only grows. It is checked like any other save.</summary>
internal sealed class RestoreVersion(ReadVersion versions, SaveVersion save, CodeCheck code)
{
    public async Task<IResult> HandleAsync(HttpRequest request, WorkflowId id, VersionNumber n, Caller caller, CancellationToken cancellationToken)
    {
        var expected = WorkflowTag.Expected(request);
        var version = await versions.HandleAsync(id, n, caller, cancellationToken);
        var workflow = await AuthoredWorkflow.AcceptAsync(JsonData.From(version.Document), code, cancellationToken);

        return (await save.HandleAsync(caller, id.Value, workflow, expected, cancellationToken, restoredFrom: n.Value)).ToOk();
    }
}
