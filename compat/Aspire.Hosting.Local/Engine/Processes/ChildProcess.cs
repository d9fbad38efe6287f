using System.Diagnostics;
using System.Text;

namespace AiTeams.LocalHosting;

/// <summary>A running child, its output line by line, and the end of both.</summary>
internal sealed class ChildProcess
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);
    private readonly Process _process;

    private ChildProcess(Process process, Action<string> onLine)
    {
        _process = process;
        // A child that is gone before it could be looked at has no start time any more; nothing then matches it.
        Identity = ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, -1);
        process.StandardInput.Close();
        Exited = ExitAsync(ReadAsync(process.StandardOutput, onLine), ReadAsync(process.StandardError, onLine));
    }

    public ProcessIdentity Identity { get; }

    /// <summary>The exit code, after the last line of output has been handed over.</summary>
    public Task<int> Exited { get; }

    public static async Task<ChildProcess> StartAsync(
        Spawner spawner, IReadOnlyList<string> command, string? workingDirectory, IReadOnlyDictionary<string, string> environment, Action<string> onLine)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return new ChildProcess(await spawner.StartAsync(info), onLine);
    }

    public void Kill() => Identity.Signal(PosixSignalNumber.Kill);

    /// <summary>SIGTERM, patience, SIGKILL; what is left of its group is killed too.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        Identity.Signal(PosixSignalNumber.Terminate);
        var ended = await EndsWithinAsync(patience);
        _ = SystemCalls.Kill(-Identity.Pid, (int)PosixSignalNumber.Kill);
        if (!ended)
        {
            Kill();
            await Exited;
        }

        return ended;
    }

    private async Task<bool> EndsWithinAsync(TimeSpan patience) => await Task.WhenAny(Exited, Task.Delay(patience)) == Exited;

    private async Task<int> ExitAsync(params Task[] output)
    {
        await _process.WaitForExitAsync();
        // A grandchild may hold the pipes open for as long as it likes.
        await Task.WhenAny(Task.WhenAll(output), Task.Delay(DrainLimit));
        var code = _process.ExitCode;
        _process.Dispose();
        return code;
    }

    private static async Task ReadAsync(StreamReader output, Action<string> onLine)
    {
        try
        {
            while (await output.ReadLineAsync() is { } line)
            {
                onLine(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The pipe was closed over a grandchild that still held it.
        }
    }
}
