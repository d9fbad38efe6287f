using System.Globalization;
using System.Runtime.InteropServices;

namespace AiTeams.LocalHosting;

/// <summary>A process for good: a number alone may belong to another program by the time it is used.</summary>
internal readonly record struct ProcessIdentity(int Pid, long StartTime)
{
    private const int StartTimeField = 19; // counted from the state, which follows the name in parentheses

    public bool IsAlive => Read(Pid) is { } now && now.StartTime == StartTime && now.State is not ('Z' or 'X');

    public static ProcessIdentity? Of(int pid) => Read(pid) is { } found ? new ProcessIdentity(pid, found.StartTime) : null;

    /// <summary>To the process and, where it leads a group, to all of the group.</summary>
    public void Signal(PosixSignalNumber signal)
    {
        if (IsAlive && SystemCalls.Kill(-Pid, (int)signal) != 0)
        {
            _ = SystemCalls.Kill(Pid, (int)signal); // its own group is made only after the fork
        }
    }

    private static (char State, long StartTime)? Read(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], long.Parse(fields[StartTimeField], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // it ended, if need be while being read
        }
    }
}

internal enum PosixSignalNumber
{
    Kill = 9,
    Terminate = 15,
}

internal static class SystemCalls
{
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int ParentId();
}
