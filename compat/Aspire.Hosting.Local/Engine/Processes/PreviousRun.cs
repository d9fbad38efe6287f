namespace AiTeams.LocalHosting;

/// <summary>What a host that was killed left behind is gone before anything new is started.</summary>
internal static class PreviousRun
{
    private static readonly TimeSpan WatcherLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    public static async Task CleanUpAsync(LocalState state, ConsoleLog log, Func<Task> stopServers, CancellationToken cancellationToken)
    {
        var leftovers = RunFile.Read(state.RunFile);
        if (leftovers.Count == 0)
        {
            return;
        }

        log.Say("the previous run ended without stopping; cleaning up after it");
        // Its watcher does the same work: two at once would stop servers that the other has just started.
        await EndAsync(leftovers.Where(entry => entry.Name == "watcher"), WatcherLimit, cancellationToken);
        var processes = leftovers.Where(entry => entry.Name is not ("watcher" or "apphost") && entry.Process.IsAlive).ToArray();
        Signal(processes, PosixSignalNumber.Terminate);
        await EndAsync(processes, Grace, cancellationToken);
        Signal(processes, PosixSignalNumber.Kill);
        if (File.Exists(state.RunFile))
        {
            await stopServers();
            File.Delete(state.RunFile);
        }

        File.Delete(state.EndpointsFile);
    }

    private static void Signal(IEnumerable<(string Name, ProcessIdentity Process)> processes, PosixSignalNumber signal)
    {
        foreach (var (_, process) in processes)
        {
            process.Signal(signal);
        }
    }

    private static async Task EndAsync(
        IEnumerable<(string Name, ProcessIdentity Process)> processes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (processes.Any(entry => entry.Process.IsAlive) && waited.Elapsed < limit)
        {
            await Task.Delay(50, cancellationToken);
        }
    }
}
