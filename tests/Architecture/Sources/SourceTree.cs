using AiTeams.Testing;

namespace AiTeams.Architecture.Tests.Sources;

/// <param name="Path">Relative to the repository's root, with forward slashes.</param>
public sealed record SourceFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}

/// <summary>The text files a rule looks at: the repository's, or a handful planted by a test of the rule itself.</summary>
public sealed class SourceTree(params IReadOnlyList<SourceFile> files)
{
    private static readonly string[] GeneratedFolders = ["artifacts", "bin", "obj", "node_modules", ".git", ".local", ".vs", ".idea", "TestResults"];
    private static readonly string[] TextEndings = [".cs", ".csproj", ".props", ".targets", ".sln", ".sql", ".proto", ".md", ".json", ".sh"];
    private static readonly Lazy<SourceTree> Whole = new(() => new SourceTree([.. Read(new DirectoryInfo(RepositoryFolder.Root), "")]));

    /// <summary>Everything written by hand in this checkout.</summary>
    public static SourceTree Repository => Whole.Value;

    public IReadOnlyList<SourceFile> Files { get; } = files;

    public IEnumerable<SourceFile> CSharp => Files.Where(file => file.IsCSharp);

    private static IEnumerable<SourceFile> Read(DirectoryInfo folder, string path)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo inner)
            {
                // A git worktree nested in the checkout would be looked at twice.
                if (!GeneratedFolders.Contains(inner.Name) && !File.Exists(Path.Combine(inner.FullName, ".git")))
                {
                    foreach (var file in Read(inner, path + inner.Name + "/"))
                    {
                        yield return file;
                    }
                }
            }
            else if (TextEndings.Contains(entry.Extension))
            {
                yield return new SourceFile(path + entry.Name, File.ReadAllText(entry.FullName));
            }
        }
    }
}
