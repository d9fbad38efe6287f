using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Definitions;

/// <summary>Says everything that is wrong with a document at once.</summary>
public static class WorkflowValidator
{
    public const int MaxNodes = 500;

    public static ValidationResult Validate(JsonData json)
    {
        var (document, problems) = DocumentParser.Parse(json);
        return new(
            document,
            problems.Where(problem => !problem.IsWarning).ToArray(),
            problems.Where(problem => problem.IsWarning).ToArray());
    }
}
