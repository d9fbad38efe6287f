using System.Collections.Concurrent;
using System.Diagnostics;

namespace AiTeams.Testing;

/// <summary>
/// Starts processes that die with this one, even when it is killed: the kernel sends them SIGKILL when the thread that started them ends
/// (prctl(2), PR_SET_PDEATHSIG), so all are started by one thread that lives as long as the process.
/// </summary>
internal static class ChildProcesses
{
    private static readonly BlockingCollection<Action> Starts = [];

    static ChildProcesses() => new Thread(() =>
    {
        foreach (var start in Starts.GetConsumingEnumerable())
        {
            start();
        }
    })
    { IsBackground = true, Name = "child processes" }.Start();

    public static async Task<Process> StartAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> environment, Action<string?> output)
    {
        // setpriv becomes the program: no process in between, the process id is the service's.
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output(line.Data);
        process.ErrorDataReceived += (_, line) => output(line.Data);

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                process.Start();
                done.SetResult();
            }
            catch (Exception ex)
            {
                done.SetException(ex);
            }
        });
        await done.Task;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
