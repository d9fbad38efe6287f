using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

/// <summary>Every project is in the solution, and every service has tests: what `dotnet test` does not see does not exist.</summary>
public static class CompletenessRule
{
    public static IEnumerable<string> ProjectsOutsideTheSolution(SourceTree tree)
    {
        var solution = tree.Files.Single(file => file.Path == "AiTeams.sln").Text.Replace('\\', '/');
        return ProjectFile.All(tree)
            .Where(project => !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal))
            .Select(project => $"{project.Path} is not in AiTeams.sln: dotnet sln add {project.Path}");
    }

    public static IEnumerable<string> ServicesWithoutTests(SourceTree tree)
    {
        var projects = ProjectFile.All(tree).ToList();
        return projects
            .Where(project => project.Path.StartsWith("services/", StringComparison.Ordinal))
            .Where(service => !projects.Any(test => Tests(test, service)))
            .Select(service => $"{service.Path} has no test project: tests/{service.Folder["services/".Length..]}/{service.Name}.Tests.csproj");
    }

    private static bool Tests(ProjectFile test, ProjectFile service)
        => test.Path.StartsWith("tests/", StringComparison.Ordinal) && test.Name == service.Name + ".Tests" && test.ProjectReferences.Contains(service.Path);
}
