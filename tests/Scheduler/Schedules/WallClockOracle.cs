using System.Globalization;

namespace AiTeams.Scheduler.Tests.Schedules;

/// <summary>
/// Says when a schedule is due by looking at a clock on the wall, second by second or minute by minute, and at the expression's text each time: no sets
/// of bits, no jumps, no list of changes. It knows a skipped time by the wall having jumped over it, and a repeated one by having seen it before.
/// </summary>
internal sealed class WallClockOracle(string expression, TimeZoneInfo zone)
{
    // Longer than any change of the clocks.
    private static readonly TimeSpan Before = TimeSpan.FromHours(4);

    private readonly string[] _fields = Fields(expression);

    /// <summary>Every due time from a moment up to another, both included. The walk begins earlier, to have seen what may come again.</summary>
    public List<DateTime> Due(DateTime from, DateTime to)
    {
        var (second, hour) = (_fields[0], _fields[2]);
        var step = second == "0" ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);
        var isEveryHour = hour.StartsWith('*');
        var isInterval = isEveryHour || _fields[1].StartsWith('*') || second.StartsWith('*');
        var due = new List<DateTime>();
        var latest = Wall(from - Before) - step;                       // the latest the wall has shown so far
        for (var moment = from - Before; moment <= to; moment += step)
        {
            var wall = Wall(moment);
            var answers = IsNamed(wall) && (isInterval || wall > latest);
            for (var skipped = latest + step; !answers && !isEveryHour && skipped < wall; skipped += step)
            {
                answers = IsNamed(skipped);
            }

            if (answers && moment >= from)
            {
                due.Add(moment);
            }

            latest = wall > latest ? wall : latest;
        }

        return due;
    }

    private DateTime Wall(DateTime moment) => TimeZoneInfo.ConvertTimeFromUtc(moment, zone);

    private bool IsNamed(DateTime wall)
    {
        if (!Answers(_fields[1], wall.Minute, 59) || !Answers(_fields[0], wall.Second, 59) || !Answers(_fields[2], wall.Hour, 23)
            || !Answers(_fields[4], wall.Month, 12, "jan feb mar apr may jun jul aug sep oct nov dec"))
        {
            return false;
        }

        var (byDay, byWeekday) = (IsDay(wall), IsWeekday(wall));
        return _fields[3][0] == '*' || _fields[5][0] == '*' ? byDay && byWeekday : byDay || byWeekday;
    }

    private bool IsDay(DateTime wall) => _fields[3].Split(',').Any(item => item == "L" ? wall.AddDays(1).Day == 1 : Answers(item, wall.Day, 31));

    private bool IsWeekday(DateTime wall) => _fields[5].Split(',').Any(item =>
    {
        var weekday = (int)wall.DayOfWeek;
        item = item is ['7', 'L' or '#', ..] ? "0" + item[1..] : item;
        if (item.EndsWith('L'))
        {
            return Answers(item[..^1], weekday, 6, Weekdays) && wall.AddDays(7).Month != wall.Month;
        }

        if (item.Split('#') is [var day, var which])
        {
            return Answers(day, weekday, 6, Weekdays) && Enumerable.Range(1, wall.Day).Count(at => wall.AddDays(at - wall.Day).DayOfWeek == wall.DayOfWeek) == Number(which);
        }

        // Sunday's other number: as it is written, not as the end of a step without one.
        return Answers(item, weekday, 6, Weekdays) || (weekday == 0 && (item.Contains('-') || item[0] == '7') && Answers(item, 7, 7, Weekdays));
    });

    private const string Weekdays = "sun mon tue wed thu fri sat";

    /// <summary>Whether a number is one of a list: each of its items is counted through from its beginning.</summary>
    private static bool Answers(string list, int number, int last, string names = "") => list.Split(',').Any(item =>
    {
        var parts = item.Split('/');
        var ends = parts[0].Split('-');
        var from = ends[0] == "*" ? names.StartsWith("jan", StringComparison.Ordinal) || last == 31 ? 1 : 0 : Number(ends[0], names);
        var to = ends.Length == 2 ? Number(ends[1], names) : ends[0] == "*" || parts.Length == 2 ? last : from;
        to = to == 0 && from > 0 ? 7 : to;
        for (var at = from; at <= to; at += parts.Length == 2 ? Number(parts[1]) : 1)
        {
            if (at == number)
            {
                return true;
            }
        }

        return false;
    });

    private static int Number(string text, string names = "")
    {
        var at = Array.IndexOf(names.Split(' '), text.ToLowerInvariant());
        return at < 0 ? int.Parse(text, CultureInfo.InvariantCulture) : at + (names.StartsWith("jan", StringComparison.Ordinal) ? 1 : 0);
    }

    private static string[] Fields(string expression)
    {
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5 ? ["0", .. fields] : fields;
    }
}
