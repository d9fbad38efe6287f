using System.Globalization;

namespace AiTeams.Testing;

/// <summary>
/// The test processes that use the shared servers: a file each, named by process id and start time, so that a killed process is
/// recognised even when its id is in use again. reaper.sh reads the same files.
/// </summary>
internal sealed class TestProcesses(string folder)
{
    // In /proc/ID/stat, counted after the program's name, which may hold spaces and parentheses.
    private const int StartTimeField = 19;

    private static readonly Lazy<string> OwnName = new(() => NameOf(Environment.ProcessId)
        ?? throw new InvalidOperationException("/proc/self/stat is not readable: the fixtures need Linux."));

    /// <summary>Names everything this process makes on the shared servers.</summary>
    public static string Own => OwnName.Value;

    /// <summary>Under the lock: no other process uses the servers, and none can begin to.</summary>
    public bool IsAlone => Names().All(name => name == Own);

    /// <summary>Signs this process in and forgets those that ended without signing out.</summary>
    public void Enter()
    {
        Directory.CreateDirectory(folder);
        foreach (var name in Names().Where(name => !IsAlive(name)))
        {
            File.Delete(Path.Combine(folder, name));
        }

        File.WriteAllText(Path.Combine(folder, Own), "");
    }

    public void Leave() => File.Delete(Path.Combine(folder, Own));

    /// <param name="name">As <see cref="Own"/> is in the process asked about.</param>
    public static bool IsAlive(string name)
        => int.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && NameOf(id) == name;

    private IEnumerable<string> Names() => Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file));

    /// <summary>A process that has ended and that nobody has asked about yet (a zombie) does not run.</summary>
    public static bool IsRunning(int id) => Stat(id) is [not "Z", ..];

    private static string? NameOf(int id) => Stat(id) is { } stat ? $"{id}-{stat[StartTimeField]}" : null;

    private static string[]? Stat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
