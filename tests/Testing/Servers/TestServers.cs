using System.Collections.Concurrent;

namespace AiTeams.Testing;

/// <summary>
/// The set of servers all test projects of a run share, apart from the development data: started by whoever comes first, one server at a
/// time and only when asked for, and stopped half a minute after the last test process has gone, however it went.
/// </summary>
public static class TestServers
{
    private const int GraceSeconds = 30;

    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(25);        // somebody may be installing
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, ".local", "test");
    private static readonly ServerSet Shared = new(Folder, isDisposable: true);
    private static readonly TestProcesses Processes = new(Path.Combine(Folder, "processes"));
    private static readonly ConcurrentDictionary<Server, Lazy<Task>> Started = new();
    private static bool _isEntered;

    /// <summary>The server is ready when this returns. Asked for again it costs nothing.</summary>
    public static async Task<ServerSet> UseAsync(Server server)
    {
        await Started.GetOrAdd(server, _ => new Lazy<Task>(() => StartAsync(server))).Value;
        return Shared;
    }

    private static async Task StartAsync(Server server)
    {
        Directory.CreateDirectory(Folder);
        await using var turn = await FileLock.TakeAsync(Path.Combine(Folder, "lock"), LockPatience);
        if (!_isEntered)
        {
            Processes.Enter();
            _isEntered = true;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Processes.Leave();
        }

        await Shared.StartAsync(server);
        await LeftOvers.RemoveAsync(Shared, server, Processes.IsAlone);
        await Reaper.StartAsync(Folder, Shared.SettingsWithoutPasswords(), GraceSeconds, "down");
    }
}
