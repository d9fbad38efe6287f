using AiTeams.WorkflowEngine.Core.Definitions;

namespace AiTeams.WorkflowEngine.Core.Tests.Definitions;

public sealed class GoldenTests
{
    /// <summary>What a person sees who got nearly everything wrong. A change of wording shows up here and nowhere else.</summary>
    [Fact]
    public void One_document_with_many_mistakes_is_told_all_of_them()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Definitions");
        var document = JsonData.Parse(File.ReadAllText(Path.Combine(folder, "many_mistakes.golden.json")));

        var result = WorkflowValidator.Validate(document);

        var report = string.Join('\n', result.Errors.Select(Line).Concat(result.Warnings.Select(Line))) + "\n";
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "many_mistakes.golden.txt")), report);
    }

    private static string Line(ValidationProblem problem)
        => $"{(problem.IsWarning ? "warning" : "error")} {problem.Code} {problem.Pointer} [{problem.NodeId}] {problem.Message} ({problem.Hint})";
}
