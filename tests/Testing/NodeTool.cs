using System.Security.Cryptography;

namespace AiTeams.Testing;

/// <summary>
/// A folder with package.json, package-lock.json and scripts: clients nobody here wrote, run by Node against our services.
/// Node itself is installed where it is missing and may be; where it may not, the exception names the command.
/// </summary>
public sealed class NodeTool
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(8);

    private static readonly AptNeed Node = new("Node.js 18 or newer with npm", ["node", "npm"], ["nodejs", "npm"]);

    private readonly string _folder;

    private NodeTool(string folder) => _folder = folder;

    /// <summary>Makes Node available and runs <c>npm ci</c> in the folder unless the lock file's packages are there already.</summary>
    /// <param name="folder">Relative to the repository's root.</param>
    public static async Task<NodeTool> RestoreAsync(string folder, CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(RepositoryFolder.Root, folder);

        // One machine, several test processes: the second waits and then finds everything done.
        await using var turn = await AptPackages.TakeTurnAsync(cancellationToken);
        await AptPackages.EnsureInTurnAsync(Node, cancellationToken);

        var modules = Path.Combine(path, "node_modules");
        var stamp = Path.Combine(modules, ".restored");
        var wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(path, "package-lock.json"), cancellationToken)));
        if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp, cancellationToken) != wanted)
        {
            var npm = await CommandLine.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], path, timeout: InstallLimit, cancellationToken: cancellationToken);
            npm.EnsureSuccess();
            await File.WriteAllTextAsync(stamp, wanted, cancellationToken);
        }

        return new NodeTool(path);
    }

    /// <summary>Runs <c>node script</c> in the folder and gives what it wrote and its exit code, whichever that is.</summary>
    public Task<CommandResult> RunAsync(
        string script,
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
        => CommandLine.RunAsync("node", [script, .. arguments ?? []], _folder, environment, timeout, cancellationToken);
}
