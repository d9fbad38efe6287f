using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

public sealed class PackageTests
{
    [Fact]
    public void Package_versions_stand_in_one_place() => Rule.Holds(PackageRule.Violations(SourceTree.Repository));

    [Theory]
    [InlineData("""<PackageReference Include="Npgsql" Version="10.0.0" />""")]
    [InlineData("""<PackageReference Include="Npgsql" VersionOverride="10.0.0" />""")]
    [InlineData("""<PackageReference Include="Npgsql"><Version>10.0.0</Version></PackageReference>""")]
    public void A_version_in_a_project_is_caught(string item)
        => Rule.Catches(PackageRule.Violations(Planted.Project("services/Memory/Memory.csproj", item)), "Npgsql");

    [Fact]
    public void A_commercial_MassTransit_is_caught()
        => Rule.Catches(
            PackageRule.Violations(Planted.Project("Directory.Packages.props", """<PackageVersion Include="MassTransit.RabbitMQ" Version="9.0.1" />""")),
            "MassTransit.RabbitMQ 9.0.1");
}
