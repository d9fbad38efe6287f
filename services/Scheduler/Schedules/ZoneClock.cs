using System.Collections.Concurrent;

namespace AiTeams.Scheduler.Schedules;

/// <summary>A time in which a zone's clocks run evenly. Moments are UTC, whole seconds.</summary>
/// <param name="End">The first moment after it.</param>
/// <param name="OffsetBefore">What was added to UTC before <paramref name="Start"/>.</param>
internal readonly record struct EvenTime(DateTime Start, DateTime End, TimeSpan Offset, TimeSpan OffsetBefore);

/// <summary>When the clocks of a time zone were and will be changed, looked up once per year and kept.</summary>
internal sealed class ZoneClock
{
    // What a change repeats or skips is shorter, so no year's list begins in the middle of it.
    private static readonly TimeSpan Margin = TimeSpan.FromDays(3);

    private static readonly ConcurrentDictionary<string, ZoneClock> Known = new(StringComparer.Ordinal);

    private readonly TimeZoneInfo _zone;
    private readonly ConcurrentDictionary<int, EvenTime[]> _years = new();

    private ZoneClock(TimeZoneInfo zone) => _zone = zone;

    public string Name => _zone.Id;

    /// <summary>By its IANA name, in the spelling of IANA; null when there is none.</summary>
    public static ZoneClock? Find(string name)
    {
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        // Windows' names, posix/, right/ (which counts leap seconds) and Localtime are no names of zones; whoever knows Kyiv in small letters knows two.
        return IsName(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.Id == name
            ? Known.GetOrAdd(name, new ZoneClock(zone))
            : null;
    }

    /// <summary>The even time a moment lies in. It may end where nothing changes.</summary>
    public EvenTime At(DateTime moment)
    {
        var times = _years.GetOrAdd(moment.Year, Read);
        var at = times.Length - 1;
        while (times[at].Start > moment)
        {
            at--;
        }

        return times[at];
    }

    private EvenTime[] Read(int year)
    {
        var from = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc) - Margin;
        var to = new DateTime(year + 1, 1, 1, 0, 0, 0, DateTimeKind.Utc) + Margin;
        var times = new List<EvenTime>();
        var (start, before, offset) = (from, _zone.GetUtcOffset(from), _zone.GetUtcOffset(from));
        for (var day = from; day < to; day = day.AddDays(1))
        {
            var next = _zone.GetUtcOffset(day.AddDays(1));
            if (next == offset)
            {
                continue;
            }

            var change = ChangeBetween(day, day.AddDays(1), offset);
            times.Add(new EvenTime(start, change, offset, before));
            (start, before, offset) = (change, offset, next);
        }

        times.Add(new EvenTime(start, to, offset, before));
        return [.. times];
    }

    private DateTime ChangeBetween(DateTime before, DateTime after, TimeSpan offset)
    {
        while (after - before > TimeSpan.FromSeconds(1))
        {
            var middle = before.AddSeconds(Math.Floor((after - before).TotalSeconds / 2));
            (before, after) = _zone.GetUtcOffset(middle) == offset ? (middle, after) : (before, middle);
        }

        return after;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '+' or '/')
        && !name.StartsWith("posix/", StringComparison.Ordinal) && !name.StartsWith("right/", StringComparison.Ordinal)
        && name is not ("localtime" or "posixrules" or "Factory") && (char.IsAsciiLetterUpper(name[0]));
}
