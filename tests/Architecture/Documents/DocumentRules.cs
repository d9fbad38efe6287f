using System.Text.RegularExpressions;
using AiTeams.Architecture.Tests.Sources;
using AiTeams.Testing;

namespace AiTeams.Architecture.Tests.Documents;

/// <summary>Documents keep their word: commands are run by a test or say why not, and links lead somewhere.</summary>
public static partial class DocumentRules
{
    public static IEnumerable<string> UnmarkedCommands(SourceTree tree)
        => Documents(tree)
            .SelectMany(file => DocumentedCommands.In(file.Path, file.Text))
            .Where(block => !block.IsMarked)
            .Select(block => $"{block.Document}:{block.Line}: say <!-- test: run --> or <!-- test: not run: why --> above the commands.");

    public static IEnumerable<string> DeadLinks(SourceTree tree, Func<string, bool> exists)
        => Documents(tree).SelectMany(file => Link().Matches(file.Text)
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !exists(Path.GetFullPath(target, "/" + file.Folder)[1..]))
            .Select(target => $"{file.Path} links to {target}, which is not there."));

    private static IEnumerable<SourceFile> Documents(SourceTree tree) => tree.Files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
