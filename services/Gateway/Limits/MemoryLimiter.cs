using System.Collections.Concurrent;

namespace AiTeams.Gateway.Limits;

/// <summary>The same sliding window in this process alone: what guards sign-in while Redis is away.</summary>
internal sealed class MemoryLimiter(TimeProvider clock)
{
    // An attacker makes up identities for free: beyond this many the oldest windows are dropped rather than memory spent.
    private const int MaxIdentities = 100_000;

    private readonly ConcurrentDictionary<string, Row> _rows = new(StringComparer.Ordinal);

    // About how many rows there are: the dictionary's own count takes every one of its locks.
    private int _count;

    internal int Count => _rows.Count;

    public Verdict Take(Limit limit, string identity)
    {
        var now = clock.GetUtcNow();
        var window = (long)limit.Window.TotalMilliseconds;
        var index = now.ToUnixTimeMilliseconds() / window;
        if (!_rows.TryGetValue(Key(limit, identity), out var row))
        {
            if (Interlocked.Increment(ref _count) > MaxIdentities)
            {
                Sweep(now);
            }

            row = _rows.GetOrAdd(Key(limit, identity), static _ => new Row());
        }

        lock (row)
        {
            (row.Current, row.Previous) = (index - row.Index) switch
            {
                0 => (row.Current, row.Previous),
                1 => (0, row.Current),
                _ => (0, 0),
            };
            row.Index = index;
            row.DeadAt = DateTimeOffset.FromUnixTimeMilliseconds((index + 2) * window);

            var weight = (window - (now.ToUnixTimeMilliseconds() % window)) / (double)window;
            var allowed = (row.Previous * weight) + row.Current + 1 <= limit.Requests;
            row.Current += allowed ? 1 : 0;
            return Verdict.From(limit, allowed, row.Current, row.Previous, now);
        }
    }

    public void Forgive(Limit limit, string identity) => _rows.TryRemove(Key(limit, identity), out _);

    private static string Key(Limit limit, string identity) => $"{limit.Name}:{identity}";

    private void Sweep(DateTimeOffset now)
    {
        foreach (var (key, row) in _rows)
        {
            if (row.DeadAt <= now)
            {
                _rows.TryRemove(key, out _);
            }
        }

        if (_rows.Count >= MaxIdentities)
        {
            _rows.Clear();
        }

        Interlocked.Exchange(ref _count, _rows.Count);
    }

    private sealed class Row
    {
        public long Index { get; set; }

        public long Current { get; set; }

        public long Previous { get; set; }

        public DateTimeOffset DeadAt { get; set; }
    }
}
