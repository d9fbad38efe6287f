using AiTeams.Architecture.Tests.Sources;

namespace AiTeams.Architecture.Tests.Code;

/// <summary>Folders are features. A folder named after a kind of class spreads every change over seven folders.</summary>
public static class FolderNameRule
{
    private static readonly string[] Kinds =
        ["Common", "Shared", "Helpers", "Utils", "Utilities", "Services", "Models", "Interfaces", "Dtos", "Entities", "Repositories", "Managers", "Misc"];

    public static IEnumerable<string> Violations(SourceTree tree)
        => tree.CSharp
            .SelectMany(file => file.Folder.Split('/').Select((name, depth) => (file.Folder, name, depth)))
            .Distinct()
            .Where(folder => Kinds.Contains(folder.name, StringComparer.OrdinalIgnoreCase) && !(folder.depth == 0 && folder.name == "services"))
            .Select(folder => $"{folder.Folder}: {folder.name} is a kind, not a feature.")
            .Distinct();
}
