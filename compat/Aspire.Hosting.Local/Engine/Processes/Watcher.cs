using System.Diagnostics;
using System.Reflection;

namespace AiTeams.LocalHosting;

/// <summary>
/// The process that survives a <c>kill -9</c> of the host and then stops what the host had started. It knows of the host's end by
/// the pipe it reads from, which the kernel closes.
/// </summary>
internal sealed class Watcher : IDisposable
{
    private readonly Process _process;

    private Watcher(Process process, ProcessIdentity identity)
    {
        _process = process;
        Identity = identity;
    }

    public ProcessIdentity Identity { get; }

    public static Watcher Start(LocalState state, IReadOnlyDictionary<string, string> environment, string? serversScript)
    {
        var script = Path.Combine(state.Folder, "watch-host.sh");
        using (var source = Assembly.GetExecutingAssembly().GetManifestResourceStream("watch-host.sh")!)
        using (var copy = File.Create(script))
        {
            source.CopyTo(copy);
        }

        string[] arguments = ["bash", script, state.RunFile, state.EndpointsFile, Path.Combine(state.Logs, "watch-host.log"), serversScript ?? ""];
        var info = new ProcessStartInfo("setsid", arguments) { RedirectStandardInput = true };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info)!;
        return new Watcher(process, ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, -1));
    }

    /// <summary>Everything has been stopped in good order: it may go.</summary>
    public async Task DismissAsync()
    {
        await _process.StandardInput.WriteLineAsync("done");
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();
}
