using System.Text.Json;

namespace AiTeams.LocalHosting;

/// <summary>Names and texts in a file that only its owner can read; every change is on the disk, whole, before it is used.</summary>
internal sealed class JsonStore(string path)
{
    private readonly Lock _gate = new();

    public string GetOrAdd(string key, Func<string> create)
    {
        lock (_gate)
        {
            var values = Read();
            if (!values.TryGetValue(key, out var value))
            {
                values[key] = value = create();
                PrivateFile.Write(path, values);
            }

            return value;
        }
    }

    public string? Get(string key)
    {
        lock (_gate)
        {
            return Read().GetValueOrDefault(key);
        }
    }

    public void Set(IEnumerable<KeyValuePair<string, string>> changes)
    {
        lock (_gate)
        {
            var values = Read();
            foreach (var (key, value) in changes)
            {
                values[key] = value;
            }

            PrivateFile.Write(path, values);
        }
    }

    private SortedDictionary<string, string> Read() =>
        File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllBytes(path)) ?? [] : [];
}

internal static class PrivateFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(string path, object value) => WriteText(path, JsonSerializer.Serialize(value, Indented) + "\n");

    /// <summary>By rename: a reader sees the old text or the new one, and a crash leaves no half.</summary>
    public static void WriteText(string path, string text)
    {
        var fresh = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(fresh, options))
        {
            writer.Write(text);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
