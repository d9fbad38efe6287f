using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Nodes;

/// <summary>When a WAIT looks: at its start, then after each interval (which may grow by a factor), until its time or its attempts are used up.</summary>
internal sealed record WaitSchedule(DateTimeOffset Start, DateTimeOffset End, double Interval, double Factor, int MaxLooks)
{
    private const int Unbounded = 100_000;                // a day of looks every second

    public static WaitSchedule Of(NodeContext node)
    {
        var configuration = node.Configuration;
        var seconds = Number(configuration["timeout_seconds"], 300, 0, 30 * 86400);
        var factor = configuration["exponential_backoff"].IsTrue ? Number(configuration["backoff_multiplier"], 1.5, 1.1, 3) : 1;
        var looks = configuration["max_attempts"].TryGetInteger(out var most) && most > 0 ? (int)Math.Min(most, Unbounded) : Unbounded;
        return new(
            node.StartedAt, node.StartedAt.AddSeconds(seconds), Number(configuration["check_interval_seconds"], 5, 0.1, 300), factor, looks);
    }

    public bool IsOver(DateTimeOffset now) => now >= End;

    /// <summary>How many looks were due by then, the first included.</summary>
    public int LooksUntil(DateTimeOffset now)
    {
        var looks = 1;
        for (var at = Start + Gap(1); at <= now && at < End && looks < MaxLooks; at += Gap(looks))
        {
            looks++;
        }

        return looks;
    }

    /// <summary>The next look, or the end when it comes first; null when there is nothing left to look for.</summary>
    public DateTimeOffset? NextLook(DateTimeOffset now)
    {
        var looks = 1;
        var at = Start + Gap(1);
        for (; at <= now && looks < MaxLooks; at += Gap(looks))
        {
            looks++;
        }

        return IsOver(now) || looks >= MaxLooks ? null : at < End ? at : End;
    }

    private TimeSpan Gap(int look) => TimeSpan.FromSeconds(Math.Min(Interval * Math.Pow(Factor, look - 1), 3600));

    private static double Number(JsonData value, double otherwise, double min, double max) =>
        Values.TryNumber(value, out var number) ? Math.Clamp(number, min, max) : otherwise;
}
