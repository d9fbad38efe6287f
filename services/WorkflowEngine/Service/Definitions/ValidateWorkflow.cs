using AiTeams.ServiceDefaults.Errors;

namespace AiTeams.WorkflowEngine.Definitions;

/// <summary>Says what saving a document would say, and stores nothing.</summary>
internal static class ValidateWorkflow
{
    public sealed record Answer(bool Valid, IReadOnlyList<Problem> Errors, IReadOnlyList<Problem> Warnings);

    public static async Task<Answer> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var result = AuthoredWorkflow.Check(await WorkflowBody.ReadAsync(request, cancellationToken));

        return new(
            result.IsValid,
            [.. result.Errors.Select(AuthoredWorkflow.ToProblem)],
            [.. result.Warnings.Select(AuthoredWorkflow.ToProblem)]);
    }
}
