namespace AiTeams.Testing;

/// <summary>Where this checkout is.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder that holds AiTeams.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AiTeams.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No AiTeams.sln above {AppContext.BaseDirectory}.");
    }
}
