using System.Globalization;

namespace AiTeams.Scheduler.Schedules;

/// <summary>
/// Reads one field: a list of *, numbers, names, ranges and steps, and for days L and #. As in Unix cron a range runs forwards; only one of weekdays
/// may end on Sunday, whose other number is 7. What is wrong is said once per list item.
/// </summary>
internal sealed class CronFieldReader(CronField field, int position)
{
    private const int DaysOfWeek = 7;
    private const int MostInMonth = 5;

    private readonly List<ScheduleProblem> _problems = [];

    /// <summary>The numbers that answer to the field, a bit each; Sunday is 0 only.</summary>
    public ulong Numbers { get; private set; }

    /// <summary>L: the last day of the month.</summary>
    public bool LastDay { get; private set; }

    /// <summary>5L: the last of its weekday in the month.</summary>
    public ulong LastWeekdays { get; private set; }

    /// <summary>1#2: bit <c>weekday * 5 + which - 1</c>.</summary>
    public ulong NthWeekdays { get; private set; }

    /// <summary>Begins with *: */2 counts too, as in Vixie cron, where it decides how the two day fields go together.</summary>
    public bool HasStar { get; private set; }

    public IReadOnlyList<ScheduleProblem> Problems => _problems;

    public CronFieldReader Read(string text)
    {
        HasStar = text.StartsWith('*');
        var at = position;
        foreach (var item in text.Split(','))
        {
            if (TryItem(item) is { } message)
            {
                _problems.Add(new ScheduleProblem(ScheduleFault.Expression, $"{message} ({field.Name}, position {at})", field.Name, at));
            }

            at += item.Length + 1;
        }

        if (field == CronField.DayOfWeek && (Numbers & (1UL << DaysOfWeek)) != 0)
        {
            Numbers = (Numbers | 1) & ~(1UL << DaysOfWeek);
        }

        return this;
    }

    /// <summary>Adds one item of the list, or says why it cannot be.</summary>
    private string? TryItem(string item)
    {
        if (item.Length == 0)
        {
            return "Something is missing before or after a comma";
        }

        if (field == CronField.DayOfMonth && item.Equals("L", StringComparison.OrdinalIgnoreCase))
        {
            LastDay = true;
            return null;
        }

        if (field == CronField.DayOfWeek && (item.Contains('#', StringComparison.Ordinal) || IsLastWeekday(item)))
        {
            return TryWeekdayOfMonth(item);
        }

        var slash = item.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? item : item[..slash];
        var step = 1;
        if (slash >= 0)
        {
            if (CronField.NumeralOf(item.AsSpan(slash + 1)) is not { } written || written == 0 || written > field.Last)
            {
                return $"'{item[(slash + 1)..]}' is no step: write a number from 1 to {field.Last} behind the slash";
            }

            step = written;
        }

        return TryRange(range, step, isOpen: slash >= 0);
    }

    private string? TryRange(string range, int step, bool isOpen)
    {
        if (range == "*")
        {
            Add(field.First, field == CronField.DayOfWeek ? DaysOfWeek - 1 : field.Last, step);
            return null;
        }

        var dash = range.IndexOf('-', StringComparison.Ordinal);
        var first = dash < 0 ? range : range[..dash];
        if (field.NumberOf(first) is not { } from)
        {
            return Unknown(first);
        }

        if (dash < 0)
        {
            // 5/15 is 5-59/15.
            Add(from, isOpen ? field == CronField.DayOfWeek ? Math.Max(from, DaysOfWeek - 1) : field.Last : from, step);
            return null;
        }

        if (field.NumberOf(range.AsSpan(dash + 1)) is not { } to)
        {
            return Unknown(range[(dash + 1)..]);
        }

        to = field == CronField.DayOfWeek && to == 0 && from > 0 ? DaysOfWeek : to;
        if (to < from)
        {
            return $"The range {range} runs backwards: write {first}-{field.Last},{field.First}-{range[(dash + 1)..]}";
        }

        Add(from, to, step);
        return null;
    }

    private string? TryWeekdayOfMonth(string item)
    {
        var hash = item.IndexOf('#', StringComparison.Ordinal);
        var day = hash < 0 ? item[..^1] : item[..hash];
        if (field.NumberOf(day) is not { } weekday)
        {
            return Unknown(day);
        }

        if (hash < 0)
        {
            LastWeekdays |= 1UL << (weekday % DaysOfWeek);
            return null;
        }

        if (CronField.NumeralOf(item.AsSpan(hash + 1)) is not { } which || which is < 1 or > MostInMonth)
        {
            return $"'{item}' names no weekday of a month: write a number from 1 to {MostInMonth} behind the #";
        }

        NthWeekdays |= 1UL << ((weekday % DaysOfWeek * MostInMonth) + which - 1);
        return null;
    }

    private bool IsLastWeekday(string item) => item.Length > 1 && item[^1] is 'L' or 'l' && field.NumberOf(item.AsSpan(0, item.Length - 1)) is not null;

    private void Add(int from, int to, int step)
    {
        for (var number = from; number <= to; number += step)
        {
            Numbers |= 1UL << number;
        }
    }

    private string Unknown(string text) => field switch
    {
        _ when text.Length == 0 => "A number is missing",
        _ when text == "?" => "'?' belongs to another kind of cron: write *",
        _ when field == CronField.DayOfWeek && text.Equals("L", StringComparison.OrdinalIgnoreCase) => "L needs its weekday: 5L is the last Friday of the month",
        _ when field.Names.Count > 0 => string.Create(
            CultureInfo.InvariantCulture, $"'{text}' is not one of {field.First} to {field.Last} or {field.Names[0]} to {field.Names[^1]}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"'{text}' is not one of {field.First} to {field.Last}"),
    };
}
