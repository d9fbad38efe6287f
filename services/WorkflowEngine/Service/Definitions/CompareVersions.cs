using AiTeams.ServiceDefaults.Identity;
using AiTeams.ServiceDefaults.Routes;
using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Definitions.Comparison;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>What makes one version of a workflow another. Either may be the older one.</summary>
internal sealed class CompareVersions(ReadVersion versions)
{
    public async Task<IResult> HandleAsync(WorkflowId id, VersionNumber from, VersionNumber to, Caller caller, CancellationToken cancellationToken)
    {
        // Versions are never changed, so two reads see what one would.
        var old = await versions.HandleAsync(id, from, caller, cancellationToken);
        var @new = await versions.HandleAsync(id, to, caller, cancellationToken);

        var diff = WorkflowDiff.Between(JsonData.From(old.Document), JsonData.From(@new.Document));

        return Results.Text(DiffAnswer.Of(id.Value, from.Value, to.Value, diff).ToString(), "application/json; charset=utf-8");
    }
}
