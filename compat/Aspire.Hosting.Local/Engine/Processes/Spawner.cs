using System.Collections.Concurrent;
using System.Diagnostics;

namespace AiTeams.LocalHosting;

/// <summary>
/// Starts all children from one thread that lives as long as the host: the kernel's parent-death signal is bound to the thread that
/// started the child, and a pool thread that ends would take its children along.
/// </summary>
internal sealed class Spawner : IDisposable
{
    private static readonly string? SetSession = Find("setsid");
    private static readonly string? SetPrivileges = Find("setpriv");
    private readonly BlockingCollection<Action> _starts = [];

    public Spawner() => new Thread(() =>
    {
        foreach (var start in _starts.GetConsumingEnumerable())
        {
            start();
        }
    })
    { IsBackground = true, Name = "spawner" }.Start();

    /// <summary>In a session of its own, so that Ctrl+C in the terminal reaches the host alone, and told by the kernel when the host dies.</summary>
    public Task<Process> StartAsync(ProcessStartInfo command)
    {
        var (program, arguments) = (command.FileName, command.ArgumentList.ToArray());
        command.ArgumentList.Clear();
        string[] wrapped = [.. Wrap(SetPrivileges, "--pdeathsig", "TERM", "--"), .. Wrap(SetSession), program, .. arguments];
        command.FileName = wrapped[0];
        foreach (var argument in wrapped.Skip(1))
        {
            command.ArgumentList.Add(argument);
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() => Start(command, started));
        return started.Task;
    }

    public void Dispose() => _starts.CompleteAdding();

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1031", Justification = "Whatever the start throws belongs to who asked for it.")]
    private static void Start(ProcessStartInfo command, TaskCompletionSource<Process> started)
    {
        try
        {
            started.SetResult(Process.Start(command)!);
        }
        catch (Exception exception)
        {
            started.SetException(exception);
        }
    }

    private static string[] Wrap(string? program, params string[] arguments) => program is null ? [] : [program, .. arguments];

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append("/usr/bin").Append("/bin").Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
