namespace AiTeams.Testing;

/// <summary>A program tests need that the .NET SDK does not bring, and how Debian and Ubuntu call it.</summary>
/// <param name="What">For people: "Node.js 18 or newer with npm".</param>
/// <param name="Programs">All of these on the PATH: nothing is to do.</param>
public sealed record AptNeed(string What, IReadOnlyList<string> Programs, IReadOnlyList<string> Packages);

/// <summary>Installs through apt what is missing, where this process may; where it may not, the exception names the command.</summary>
public static class AptPackages
{
    private const int AttemptsWhileLocked = 60;
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(8);

    public static async Task EnsureAsync(AptNeed need, CancellationToken cancellationToken = default)
    {
        await using var turn = await TakeTurnAsync(cancellationToken);
        await EnsureInTurnAsync(need, cancellationToken);
    }

    internal static async Task EnsureInTurnAsync(AptNeed need, CancellationToken cancellationToken)
    {
        if (need.Programs.All(CommandLine.IsInstalled))
        {
            return;
        }

        var machine = new AptMachine(
            HasApt: CommandLine.IsInstalled("apt-get"),
            IsRoot: Environment.IsPrivilegedProcess,
            HasSudo: CommandLine.IsInstalled("sudo")
                && (await CommandLine.RunAsync("sudo", ["-n", "true"], "/", cancellationToken: cancellationToken)).ExitCode == 0);
        foreach (var command in machine.CommandsFor(need))
        {
            await RunWhenAptIsFreeAsync(command, cancellationToken);
        }
    }

    /// <summary>Only one test process of this machine at a time installs or restores.</summary>
    internal static async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var lockFile = Path.Combine(Path.GetTempPath(), $"aiteams-packages-{Environment.UserName}.lock");
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

            if (attempt == AttemptsWhileLocked || !result.Output.Contains("Could not get lock", StringComparison.Ordinal))
            {
                result.EnsureSuccess();
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }
}

/// <summary>What decides how a package gets onto a machine.</summary>
public sealed record AptMachine(bool HasApt, bool IsRoot, bool HasSudo)
{
    /// <exception cref="InvalidOperationException">They would need rights this process lacks: the message names what to run.</exception>
    public IReadOnlyList<IReadOnlyList<string>> CommandsFor(AptNeed need)
    {
        if (!HasApt)
        {
            throw new InvalidOperationException($"These tests need {need.What} on the PATH, and this machine has no apt-get to install it with.");
        }

        if (!IsRoot && !HasSudo)
        {
            throw new InvalidOperationException(
                $"These tests need {need.What}. Run once: sudo apt-get update && sudo apt-get install -y --no-install-recommends {string.Join(' ', need.Packages)}");
        }

        string[] prefix = IsRoot ? ["env"] : ["sudo", "-n", "env"];
        string[] quiet = [.. prefix, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"];
        return
        [
            [.. quiet, "update"],
            [.. quiet, "install", "-y", "--no-install-recommends", .. need.Packages],
        ];
    }
}
