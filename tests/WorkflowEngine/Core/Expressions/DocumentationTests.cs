using AiTeams.WorkflowEngine.Core.Expressions.Library;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

public sealed class DocumentationTests
{
    [Fact]
    public void The_page_on_expressions_names_every_function()
    {
        var page = File.ReadAllText(Path.Combine(Repository(), "docs", "expressions.md"));

        Assert.All(Functions.Names, name => Assert.Contains($"`{name}(", page, StringComparison.Ordinal));
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "AiTeams.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return folder;
    }
}
