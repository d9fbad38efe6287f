using System.Collections.Concurrent;
using System.Globalization;

namespace AiTeams.LocalHosting;

/// <summary>Who runs for this checkout right now: one line per process, name, number and start time. Read by the watcher and by the next start.</summary>
internal sealed class RunFile(string path)
{
    private readonly ConcurrentDictionary<string, ProcessIdentity> _running = new();
    private readonly Lock _gate = new();

    public void Add(string name, ProcessIdentity process)
    {
        _running[name] = process;
        Write();
    }

    public void Remove(string name)
    {
        _running.TryRemove(name, out _);
        Write();
    }

    public void Delete()
    {
        lock (_gate)
        {
            File.Delete(path);
        }
    }

    public static IReadOnlyList<(string Name, ProcessIdentity Process)> Read(string path) => !File.Exists(path)
        ? []
        : [.. File.ReadLines(path).Select(line => line.Split(' ')).Where(parts => parts.Length == 3).Select(parts => (
            parts[0],
            new ProcessIdentity(int.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture))))];

    private void Write()
    {
        lock (_gate)
        {
            PrivateFile.WriteText(path, string.Concat(_running.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value.Pid} {entry.Value.StartTime}\n"))));
        }
    }
}
