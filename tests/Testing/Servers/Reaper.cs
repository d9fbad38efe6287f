namespace AiTeams.Testing;

/// <summary>Starts reaper.sh, which outlives this process.</summary>
internal static class Reaper
{
    // A session of its own, and none of our pipes: neither Ctrl-C nor the runner's end of output may depend on it.
    private const string InBackground = """setsid bash "$@" >"$0" 2>&1 </dev/null &""";

    private static readonly string Script = Path.Combine(RepositoryFolder.Root, "tests", "Testing", "Servers", "reaper.sh");

    /// <param name="action">"down" or "wipe".</param>
    public static async Task StartAsync(string folder, IReadOnlyDictionary<string, string?> settings, int graceSeconds, string action)
    {
        var log = Path.Combine(folder, "reaper.log");
        var start = await CommandLine.RunAsync(
            "bash", ["-c", InBackground, log, Script, folder, ServerSet.Script, $"{graceSeconds}", action], "/", settings);
        start.EnsureSuccess();
    }
}
