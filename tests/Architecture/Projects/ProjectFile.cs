using System.Xml.Linq;
using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Projects;

/// <summary>What a csproj says about others, read as text: no condition is evaluated, so no switch can hide a reference.</summary>
public sealed record ProjectFile(string Path, IReadOnlyList<string> ProjectReferences, IReadOnlyList<string> PackageReferences)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => Path[..Path.LastIndexOf('/')];

    public static IEnumerable<ProjectFile> All(SourceTree tree)
        => tree.Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal)).Select(Read);

    private static ProjectFile Read(SourceFile file)
    {
        var items = XDocument.Parse(file.Text).Descendants().Where(element => element.Attribute("Include") is not null).ToList();
        return new ProjectFile(
            file.Path,
            [.. Includes(items, "ProjectReference").Select(include => Resolve(file.Folder, include))],
            [.. Includes(items, "PackageReference")]);
    }

    private static IEnumerable<string> Includes(IEnumerable<XElement> items, string kind)
        => items.Where(item => item.Name.LocalName == kind).Select(item => item.Attribute("Include")!.Value);

    private static string Resolve(string folder, string include)
    {
        var written = include.Replace('\\', '/')
            .Replace("$(RepositoryRoot)", "/", StringComparison.Ordinal)
            .Replace("$(CompatDir)", "/compat/", StringComparison.Ordinal)
            .Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal);
        return System.IO.Path.GetFullPath(written, "/" + folder)[1..];
    }
}
