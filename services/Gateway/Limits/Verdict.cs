namespace AiTeams.Gateway.Limits;

/// <summary>How many requests one identity may make in any stretch of this length.</summary>
/// <param name="Name">Part of the key the requests are counted under.</param>
/// <param name="Requests">0 lifts the limit.</param>
internal sealed record Limit(string Name, int Requests, TimeSpan Window);

/// <summary>What a limit says to one request, in the terms of the X-RateLimit headers.</summary>
/// <param name="Reset">When the window being counted ends.</param>
/// <param name="RetryAfter">How long until the next request would be let through; zero when this one was.</param>
internal readonly record struct Verdict(bool Allowed, int Limit, int Remaining, DateTimeOffset Reset, TimeSpan RetryAfter)
{
    /// <summary>Reads the counts of a sliding window. <paramref name="current"/> already includes the request when it was allowed.</summary>
    public static Verdict From(Limit limit, bool allowed, long current, long previous, DateTimeOffset now)
    {
        var window = limit.Window.TotalMilliseconds;
        var elapsed = now.ToUnixTimeMilliseconds() % (long)window;
        var left = window - elapsed;
        var used = (previous * left / window) + current;
        return new Verdict(
            allowed,
            limit.Requests,
            Math.Max(0, (int)Math.Floor(limit.Requests - used)),
            now + TimeSpan.FromMilliseconds(left),
            allowed ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Wait(limit.Requests, current, previous, window, elapsed)));
    }

    // The previous window's weight falls linearly. When that alone does not make room, this window becomes the previous one first.
    private static double Wait(int requests, long current, long previous, double window, double elapsed)
    {
        if (current + 1 <= requests && previous > 0)
        {
            return Math.Max(0, (window * (1 - ((requests - current - 1) / (double)previous))) - elapsed);
        }

        var next = window - elapsed;
        return current == 0 ? next : next + Math.Max(0, window * (1 - ((requests - 1) / (double)current)));
    }
}
