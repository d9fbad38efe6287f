using System.Globalization;
using System.Runtime.InteropServices;

namespace AiTeams.WorkflowEngine.Sandbox;

/// <summary>
/// Locks this process in, for good: less memory, no more files, no core dumps, no new privileges, and a filter that refuses the system
/// calls by which a process reaches anything but its pipes. What breaks out of V8 finds itself in here.
/// </summary>
internal static unsafe partial class Confinement
{
    private const int SetNoNewPrivileges = 38;
    private const int SetDumpable = 4;
    private const int Seccomp = 317;
    private const int SetModeFilter = 1;
    private const uint AllThreads = 1;

    private enum Limit
    {
        FileSize = 1,
        Data = 2,
        Core = 4,
        OpenFiles = 7,
    }

    /// <summary>False where the system will not or cannot: what runs in here then has V8 alone around it.</summary>
    public static bool Enter(int dataMegabytes)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return false;
        }

        var data = DataNow() + ((ulong)dataMegabytes * 1024 * 1024);
        if (SetLimit(Limit.Core, 0) && SetLimit(Limit.FileSize, 0) && SetLimit(Limit.Data, data) && SetLimit(Limit.OpenFiles, 256)
            && prctl(SetDumpable, 0, 0, 0, 0) == 0 && prctl(SetNoNewPrivileges, 1, 0, 0, 0) == 0)
        {
            var program = SystemCallFilter.Program();
            fixed (ulong* first = program)
            {
                var filter = new FilterProgram { Length = (ushort)program.Length, First = first };
                return syscall(Seccomp, SetModeFilter, AllThreads, &filter) == 0;
            }
        }

        return false;
    }

    /// <summary>Ends the process without unwinding: a script that will not stop would keep it.</summary>
    public static void End()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(0);
        }

        _exit(0);
    }

    // Private writable memory, touched or not, which is what the kernel counts against the limit.
    private static ulong DataNow()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("VmData:", StringComparison.Ordinal))
            {
                return ulong.Parse(line.AsSpan(7).Trim().TrimEnd("kB"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
            }
        }

        return 0;
    }

    private static bool SetLimit(Limit limit, ulong value)
    {
        var both = stackalloc ulong[2] { value, value };
        return setrlimit((int)limit, both) == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;

        public ulong* First;
    }

#pragma warning disable IDE1006 // the C library's names

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, ulong* both);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc")]
    private static partial long syscall(long number, long operation, uint flags, FilterProgram* arguments);

    [LibraryImport("libc")]
    private static partial void _exit(int status);

#pragma warning restore IDE1006
}
