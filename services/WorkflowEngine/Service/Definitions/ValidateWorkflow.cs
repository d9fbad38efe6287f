using AiTeams.ServiceDefaults.Errors;
using AiTeams.WorkflowEngine.Sandbox;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>Says what saving a document would say, and stores nothing.</summary>
internal sealed class ValidateWorkflow(CodeCheck code)
{
    public sealed record Answer(bool Valid, IReadOnlyList<Problem> Errors, IReadOnlyList<Problem> Warnings);

    public async Task<Answer> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var result = await AuthoredWorkflow.CheckAsync(await WorkflowBody.ReadAsync(request, cancellationToken), code, cancellationToken);

        return new(
            result.IsValid,
            [.. result.Errors.Select(AuthoredWorkflow.ToProblem)],
            [.. result.Warnings.Select(AuthoredWorkflow.ToProblem)]);
    }
}
