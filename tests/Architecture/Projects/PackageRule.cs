using System.Globalization;
using System.Xml.Linq;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

/// <summary>Versions stand in Directory.Packages.props and nowhere else; MassTransit stays below 9, where its licence changes.</summary>
public static class PackageRule
{
    private const string Central = "Directory.Packages.props";

    public static IEnumerable<string> Violations(SourceTree tree)
        => tree.Files
            .Where(file => file.Name.EndsWith(".csproj", StringComparison.Ordinal)
                || file.Name.EndsWith(".props", StringComparison.Ordinal)
                || file.Name.EndsWith(".targets", StringComparison.Ordinal))
            .SelectMany(file => file.Path == Central ? CommercialVersions(file) : ScatteredVersions(file));

    private static IEnumerable<string> ScatteredVersions(SourceFile file)
        => XDocument.Parse(file.Text).Descendants()
            .Where(item => item.Name.LocalName is "PackageReference" or "GlobalPackageReference" or "PackageVersion")
            // A definition names no package: the official AppHost takes Aspire's packages at the version of Aspire's SDK.
            .Where(item => item.Parent?.Name.LocalName != "ItemDefinitionGroup")
            .Where(item => item.Attribute("Version") is not null || item.Attribute("VersionOverride") is not null
                || item.Elements().Any(child => child.Name.LocalName is "Version" or "VersionOverride"))
            .Select(item => $"{file.Path}: the version of {item.Attribute("Include")?.Value ?? item.Attribute("Update")?.Value} belongs in {Central}.");

    private static IEnumerable<string> CommercialVersions(SourceFile file)
        => XDocument.Parse(file.Text).Descendants()
            .Where(item => item.Name.LocalName == "PackageVersion" && item.Attribute("Include")!.Value.StartsWith("MassTransit", StringComparison.Ordinal))
            .Where(item => int.Parse(item.Attribute("Version")!.Value.Trim('[', '(').Split('.')[0], CultureInfo.InvariantCulture) >= 9)
            .Select(item => $"{file.Path}: {item.Attribute("Include")!.Value} {item.Attribute("Version")!.Value} is commercial; stay on 8.");
}
