using System.Diagnostics;
using AiTeams.WorkflowEngine.Core.Nodes;
using AiTeams.WorkflowEngine.Sandbox;

namespace AiTeams.WorkflowEngine.Runtime;

/// <summary>The world outside, which answers calls late, badly, or not at all.</summary>
internal interface IOutside
{
    /// <summary>What came of it; whatever the other side does is a result and no exception. Only a cancelled call throws.</summary>
    Task<OutsideResult> MakeAsync(OutsideCall call, CancellationToken cancellationToken);
}

/// <summary>Makes the calls that Core asks for: each kind has one way out.</summary>
internal sealed class OutsideCalls(OutsideHttp http, RunSubWorkflow workflows, OutsideCode code, OutsideQueries queries) : IOutside
{
    public async Task<OutsideResult> MakeAsync(OutsideCall call, CancellationToken cancellationToken) => call switch
    {
        HttpCall request => await http.SendAsync(request, cancellationToken),
        WorkflowCall run => await workflows.MakeAsync(run, cancellationToken),
        CodeCall scripts => await code.RunAsync(scripts, cancellationToken),
        QueryCall query => await queries.RunAsync(query, cancellationToken),
        _ => throw new UnreachableException($"A call of kind {call.GetType().Name}."),
    };
}
