using System.Security.Cryptography;

namespace AiTeams.Testing;

/// <summary>
/// A folder with package.json, package-lock.json and scripts: clients nobody here wrote, run by Node against our services.
/// Node itself is installed where it is missing and may be; where it may not, the exception names the command.
/// </summary>
public sealed class NodeTool
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(8);

    private readonly string _folder;

    private NodeTool(string folder) => _folder = folder;

    /// <summary>Makes Node available and runs <c>npm ci</c> in the folder unless the lock file's packages are there already.</summary>
    /// <param name="folder">Relative to the repository's root.</param>
    public static async Task<NodeTool> RestoreAsync(string folder, CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(RepositoryFolder.Root, folder);

        // One machine, several test processes: the second waits and then finds everything done.
        await using var turn = await TakeTurnAsync(cancellationToken);
        await EnsureNodeAsync(cancellationToken);

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

    private static async Task EnsureNodeAsync(CancellationToken cancellationToken)
    {
        var machine = new NodeMachine(
            HasNode: CommandLine.IsInstalled("node") && CommandLine.IsInstalled("npm"),
            HasApt: CommandLine.IsInstalled("apt-get"),
            IsRoot: Environment.IsPrivilegedProcess,
            HasSudo: CommandLine.IsInstalled("sudo")
                && (await CommandLine.RunAsync("sudo", ["-n", "true"], "/", cancellationToken: cancellationToken)).ExitCode == 0);

        foreach (var command in machine.InstallCommands())
        {
            await RunWhenAptIsFreeAsync(command, cancellationToken);
        }
    }

    private static async Task RunWhenAptIsFreeAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        // The installer of the local servers may hold apt's lists: `apt-get update` does not wait for them by itself.
        for (var attempt = 1; ; attempt++)
        {
            var result = await CommandLine.RunAsync(command[0], command.Skip(1), "/", timeout: InstallLimit, cancellationToken: cancellationToken);
            if (result.ExitCode == 0)
            {
                return;
            }

            if (attempt == 60 || !result.Output.Contains("Could not get lock", StringComparison.Ordinal))
            {
                result.EnsureSuccess();
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private static async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var lockFile = Path.Combine(Path.GetTempPath(), $"aiteams-node-{Environment.UserName}.lock");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(2 * InstallLimit);
        while (true)
        {
            try
            {
                return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(200, deadline.Token);
            }
        }
    }
}

/// <summary>What decides how Node gets onto a machine.</summary>
public sealed record NodeMachine(bool HasNode, bool HasApt, bool IsRoot, bool HasSudo)
{
    /// <summary>The commands still needed, none when Node is there.</summary>
    /// <exception cref="InvalidOperationException">They would need rights this process lacks: the message names what to run.</exception>
    public IReadOnlyList<IReadOnlyList<string>> InstallCommands()
    {
        if (HasNode)
        {
            return [];
        }

        if (!HasApt)
        {
            throw new InvalidOperationException("These tests need Node.js 18 or newer with npm on the PATH, and this machine has no apt-get to install it with.");
        }

        if (!IsRoot && !HasSudo)
        {
            throw new InvalidOperationException(
                "These tests need Node.js with npm. Run once: sudo apt-get update && sudo apt-get install -y --no-install-recommends nodejs npm");
        }

        string[] prefix = IsRoot ? ["env"] : ["sudo", "-n", "env"];
        string[] quiet = [.. prefix, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"];
        return
        [
            [.. quiet, "update"],
            [.. quiet, "install", "-y", "--no-install-recommends", "nodejs", "npm"],
        ];
    }
}
