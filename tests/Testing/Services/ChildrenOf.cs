using System.Globalization;

namespace AiTeams.Testing;

/// <summary>Which processes another one has started that are still there.</summary>
internal static class ChildrenOf
{
    public static IReadOnlyList<int> Process(int parent) =>
        [.. Directory.EnumerateDirectories("/proc").Where(path => IsChild(path, parent)).Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];

    // proc(5): "pid (name) state parent ...", and a name may hold anything.
    private static bool IsChild(string process, int parent)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(process, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return char.IsAsciiDigit(Path.GetFileName(process)[0]) && fields[0] != "Z" && fields[1] == parent.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;                                 // no process, or one that has just ended
        }
    }
}
