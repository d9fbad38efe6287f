using System.Globalization;

namespace AiTeams.Benchmarks.Engine;

/// <summary>What a run of the load cost the machine. CPU in seconds, of the engine's process and of all of PostgreSQL's.</summary>
internal sealed record Meter(
    long Executions, double EngineCpu, double PostgresCpu, long Transactions, long Syncs, long WalBytes, long DatabaseBytes, long EngineResident)
{
    private const double TicksPerSecond = 100;            // USER_HZ, the same on every Linux

    public static async Task<Meter> ReadAsync(EngineUnderTest engine, CancellationToken cancellationToken)
    {
        await using var command = engine.Admin.CreateCommand("""
            SELECT (SELECT count(*) FROM workflow_executions), d.xact_commit, w.wal_sync, w.wal_bytes::bigint,
                pg_database_size(current_database()), pg_backend_pid()
            FROM pg_stat_database d, pg_stat_wal w WHERE d.datname = current_database()
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var postmaster = Status(reader.GetInt32(5), 3);
        return new(
            reader.GetInt64(0), Cpu(engine.Process.ProcessId, withChildren: false), PostgresCpuOf((int)postmaster), reader.GetInt64(1),
            reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), Resident(engine.Process.ProcessId));
    }

    /// <summary>Bytes of memory that are the process's alone or its share of.</summary>
    public static long Resident(int pid)
    {
        foreach (var line in File.ReadLines($"/proc/{pid}/smaps_rollup"))
        {
            if (line.StartsWith("Pss:", StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan(4).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024;
            }
        }

        return 0;
    }

    private static double PostgresCpuOf(int postmaster)
    {
        var cpu = Cpu(postmaster, withChildren: true);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
            {
                try
                {
                    cpu += Status(pid, 3) == postmaster ? Cpu(pid, withChildren: false) : 0;
                }
                catch (IOException)
                {
                    // ended meanwhile: its time is its parent's by now
                }
            }
        }

        return cpu;
    }

    private static double Cpu(int pid, bool withChildren) =>
        (Status(pid, 13) + Status(pid, 14) + (withChildren ? Status(pid, 15) + Status(pid, 16) : 0)) / TicksPerSecond;

    /// <summary>A field of /proc/pid/stat, counted from 0 (proc(5)).</summary>
    private static long Status(int pid, int field)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var behindName = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(behindName[field - 2], CultureInfo.InvariantCulture);
    }
}
