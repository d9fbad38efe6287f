using Microsoft.Extensions.Configuration;

namespace AiTeams.LocalHosting;

/// <summary>Where a checkout keeps what belongs to its running system: <c>.local/</c> beside the solution.</summary>
internal sealed class LocalState
{
    public LocalState(string appHostDirectory, IConfiguration configuration)
    {
        Root = FindRoot(appHostDirectory);
        Folder = Path.GetFullPath(configuration["LocalHosting:StateDirectory"] ?? ".local", Root);
        ScriptFolder = Path.GetFullPath(configuration["LocalHosting:ServerScripts"] ?? Path.Combine("deploy", "local"), Root);
        Directory.CreateDirectory(Folder);
        Secrets = new JsonStore(Path.Combine(Folder, "secrets.json"));
        Ports = new JsonStore(Path.Combine(Folder, "ports.json"));
    }

    public string Root { get; }

    public string Folder { get; }

    public string ScriptFolder { get; }

    /// <summary>Generated passwords, by parameter.</summary>
    public JsonStore Secrets { get; }

    /// <summary>Ports that were free once are asked for again, so that addresses stay the same from start to start.</summary>
    public JsonStore Ports { get; }

    public string Logs => Path.Combine(Folder, "logs");

    public string EndpointsFile => Path.Combine(Folder, "endpoints.json");

    public string RunFile => Path.Combine(Folder, "run.txt");

    public string LockFile => Path.Combine(Folder, "apphost.lock");

    private static string FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (folder.EnumerateFiles("*.sln").Any() || Path.Exists(Path.Combine(folder.FullName, ".git")))
            {
                return folder.FullName;
            }
        }

        return start;
    }
}
