using AiTeams.Architecture.Tests.Projects;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.StandIns;

/// <summary><c>-p:UseOfficialPackages=true</c> swaps every stand-in for the package it stands in for, in every project, and nothing else.</summary>
public sealed class SwitchTests(EvaluatedReferences references) : IClassFixture<EvaluatedReferences>
{
    private static readonly string[] StandIns = ["Grpc.Core.Api", "Grpc.Net.Common"];

    [Fact]
    public void Every_project_of_the_tree_is_evaluated()
        => Assert.Empty(ProjectFile.All(SourceTree.Repository)
            .Where(project => project.ProjectReferences.Count > 0)
            .Select(project => project.Path)
            .Except(references.All.Select(reference => reference.Project)));

    [Fact]
    public void Officially_no_project_references_a_stand_in()
        => Rule.Holds(references.Official
            .Where(reference => reference.Kind == "project" && IsStandIn(reference.Target) && !IsStandIn(reference.Project))
            .Select(reference => $"{reference.Project} still references {reference.Target}."));

    [Fact]
    public void Officially_no_assembly_is_referenced_by_its_path()
        => Rule.Holds(references.Official
            .Where(reference => reference.Kind == "file" && reference.Target.Length > 0)
            .Select(reference => $"{reference.Project} still references the file {reference.Target}."));

    [Fact]
    public void By_default_no_project_references_a_package_that_has_a_stand_in()
        => Rule.Holds(references.Default
            .Where(reference => reference.Kind == "package" && (StandIns.Contains(reference.Target) || reference.Target == "Yarp.ReverseProxy"))
            .Select(reference => $"{reference.Project} references the package {reference.Target}."));

    [Fact]
    public void Whoever_uses_a_stand_in_by_default_uses_its_package_officially()
    {
        foreach (var standIn in StandIns)
        {
            var byDefault = references.Default
                .Where(reference => reference.Kind == "project" && reference.Target == $"compat/{standIn}/{standIn}.csproj" && !IsStandIn(reference.Project))
                .Select(reference => reference.Project).Order(StringComparer.Ordinal).ToList();
            var officially = references.Official
                .Where(reference => reference.Kind == "package" && reference.Target == standIn)
                .Select(reference => reference.Project).Order(StringComparer.Ordinal).ToList();

            Assert.NotEmpty(byDefault);
            Assert.Equal(byDefault, officially);
        }
    }

    [Fact]
    public void The_proxy_is_one_file_by_default_and_its_package_officially()
    {
        var byDefault = references.Default
            .Where(reference => reference.Kind == "file" && reference.Target.EndsWith("Yarp.ReverseProxy.dll", StringComparison.Ordinal))
            .Select(reference => reference.Project).Order(StringComparer.Ordinal);
        var officially = references.Official
            .Where(reference => reference.Kind == "package" && reference.Target == "Yarp.ReverseProxy")
            .Select(reference => reference.Project).Order(StringComparer.Ordinal);

        Assert.Contains("services/Gateway/Gateway.csproj", byDefault);
        Assert.Equal(byDefault, officially);
    }

    [Fact]
    public void No_stand_in_can_be_packed()
    {
        string[] expected = [.. StandIns.Select(name => $"compat/{name}/{name}.csproj")];
        var properties = SourceTree.Repository.Files.Single(file => file.Path == "compat/StandIn.props");

        Assert.Contains("<IsPackable>false</IsPackable>", properties.Text, StringComparison.Ordinal);
        Assert.Equal(expected, SourceTree.Repository.Files
            .Where(file => file.Path.StartsWith("compat/Grpc.", StringComparison.Ordinal) && file.Text.Contains("<Import Project=\"../StandIn.props\" />", StringComparison.Ordinal))
            .Select(file => file.Path));
    }

    private static bool IsStandIn(string path) => path.StartsWith("compat/Grpc.", StringComparison.Ordinal);
}
