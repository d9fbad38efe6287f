using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

/// <summary>Folders are features. A folder named after a kind of class spreads every change over seven folders.</summary>
public static class FolderNameRule
{
    private static readonly string[] Kinds =
        ["Common", "Shared", "Helpers", "Utils", "Utilities", "Services", "Models", "Interfaces", "Dtos", "Entities", "Repositories", "Managers", "Misc"];

    // Here the word means what the product means by it: the services themselves, and the fixtures that run them.
    private static readonly string[] OurServices = ["services", "tests/Testing/Services"];

    public static IEnumerable<string> Violations(SourceTree tree)
        => tree.CSharp
            .SelectMany(file => Prefixes(file.Folder))
            .Distinct()
            .Where(folder => Kinds.Contains(folder.Split('/')[^1], StringComparer.OrdinalIgnoreCase) && !OurServices.Contains(folder))
            .Select(folder => $"{folder} is a kind, not a feature.");

    private static IEnumerable<string> Prefixes(string folder)
    {
        var names = folder.Split('/');
        return Enumerable.Range(1, names.Length).Select(count => string.Join('/', names[..count]));
    }
}
