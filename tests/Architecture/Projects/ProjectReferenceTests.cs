using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

public sealed class ProjectReferenceTests
{
    [Fact]
    public void Every_project_references_only_what_it_may() => Rule.Holds(ProjectReferenceRule.Violations(SourceTree.Repository));

    [Theory]
    [InlineData("services/Gateway/Gateway.csproj", "../Scheduler/Scheduler.csproj")]
    [InlineData("services/Gateway/Gateway.csproj", "../WorkflowEngine/Core/WorkflowEngine.Core.csproj")]
    [InlineData("services/WorkflowEngine/Core/WorkflowEngine.Core.csproj", "../../../protos/Contracts.csproj")]
    [InlineData("protos/Contracts.csproj", "../ServiceDefaults/ServiceDefaults.csproj")]
    [InlineData("ServiceDefaults/ServiceDefaults.csproj", "..\\services\\Gateway\\Gateway.csproj")]
    [InlineData("compat/Aspire.Hosting.Local/Aspire.Hosting.Local.csproj", "$(RepositoryRoot)ServiceDefaults/ServiceDefaults.csproj")]
    [InlineData("deploy/database/Migrator.csproj", "../../services/Memory/Memory.csproj")]
    [InlineData("AppHost/AppHost.csproj", "../tests/Testing/Testing.csproj")]
    public void A_reference_across_the_lines_is_caught(string project, string reference)
        => Rule.Catches(ProjectReferenceRule.Violations(Planted.Project(project, $"<ProjectReference Include=\"{reference}\" />")), $"{project} must not reference");

    [Theory]
    [InlineData("services/WorkflowEngine/Service/WorkflowEngine.csproj", "../Core/WorkflowEngine.Core.csproj")]
    [InlineData("services/Memory/Memory.csproj", "../../ServiceDefaults/ServiceDefaults.csproj")]
    [InlineData("AppHost/AppHost.csproj", "../services/Memory/Memory.csproj")]
    public void A_reference_within_the_lines_passes(string project, string reference)
        => Rule.Holds(ProjectReferenceRule.Violations(Planted.Project(project, $"<ProjectReference Include=\"{reference}\" />")));

    [Theory]
    [InlineData("services/WorkflowEngine/Core/WorkflowEngine.Core.csproj", "Npgsql")]
    [InlineData("protos/Contracts.csproj", "MassTransit")]
    public void A_package_in_a_project_that_stays_lean_is_caught(string project, string package)
        => Rule.Catches(ProjectReferenceRule.Violations(Planted.Project(project, $"<PackageReference Include=\"{package}\" />")), package);

    [Fact]
    public void A_project_in_a_folder_without_a_rule_is_caught()
        => Rule.Catches(ProjectReferenceRule.Violations(Planted.Project("libraries/Stuff.csproj", "")), "no rule");
}
