using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

public sealed class CompletenessTests
{
    private const string Service = "services/Memory/Memory.csproj";

    [Fact]
    public void Every_project_is_in_the_solution() => Rule.Holds(CompletenessRule.ProjectsOutsideTheSolution(SourceTree.Repository));

    [Fact]
    public void Every_service_has_a_test_project() => Rule.Holds(CompletenessRule.ServicesWithoutTests(SourceTree.Repository));

    [Fact]
    public void A_project_outside_the_solution_is_caught()
        => Rule.Catches(
            CompletenessRule.ProjectsOutsideTheSolution(new SourceTree(new SourceFile("AiTeams.sln", ""), Planted.ProjectFile(Service))), "dotnet sln add " + Service);

    [Fact]
    public void A_project_in_the_solution_passes()
        => Rule.Holds(CompletenessRule.ProjectsOutsideTheSolution(
            new SourceTree(new SourceFile("AiTeams.sln", """Project("x") = "Memory", "services\Memory\Memory.csproj", "y" """), Planted.ProjectFile(Service))));

    [Fact]
    public void A_service_without_tests_is_caught()
        => Rule.Catches(
            CompletenessRule.ServicesWithoutTests(new SourceTree(Planted.ProjectFile(Service), Planted.ProjectFile("tests/Memory/Memory.Tests.csproj"))), Service);

    [Fact]
    public void A_service_its_tests_reference_passes()
        => Rule.Holds(CompletenessRule.ServicesWithoutTests(new SourceTree(
            Planted.ProjectFile(Service),
            Planted.ProjectFile("tests/Memory/Memory.Tests.csproj", """<ProjectReference Include="../../services/Memory/Memory.csproj" />"""))));
}
