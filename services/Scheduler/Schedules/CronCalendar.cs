using System.Numerics;

namespace AiTeams.Scheduler.Schedules;

/// <summary>The times an expression names on a clock on the wall, whatever the zone; all of them whole seconds. Numbers are bits of a word.</summary>
internal sealed record CronCalendar
{
    private const int SecondsOfDay = 86_400;

    // The calendar of 400 years repeats itself to the weekday: what is in none of them never is.
    private const int MonthsOfCycle = 400 * 12;

    public required ulong Seconds { get; init; }

    public required ulong Minutes { get; init; }

    public required ulong Hours { get; init; }

    public required ulong Days { get; init; }

    public required bool IncludesLastDay { get; init; }

    public required ulong Months { get; init; }

    public required ulong Weekdays { get; init; }

    public required ulong LastWeekdays { get; init; }

    public required ulong NthWeekdays { get; init; }

    /// <summary>One of the two day fields begins with *, so that a day has to answer to both; otherwise to either, as in Vixie cron.</summary>
    public required bool NeedsBothDays { get; init; }

    /// <summary>The hour begins with *: where hours are skipped, the next one comes by itself.</summary>
    public required bool IsEveryHour { get; init; }

    /// <summary>Second, minute or hour begins with *: it goes on through real time, also where the clock shows an hour twice.</summary>
    public required bool IsInterval { get; init; }

    /// <summary>The first time at or after a moment on the wall; null when there is none, ever.</summary>
    public DateTime? Next(DateTime from)
    {
        var (year, month) = (from.Year, from.Month);
        var days = DaysOf(year, month) >> from.Day << from.Day;
        if (Has(days, from.Day))
        {
            if (TimeFrom((int)(from.TimeOfDay.Ticks / TimeSpan.TicksPerSecond)) is { } second)
            {
                return from.Date.AddSeconds(second);
            }

            days &= ~(1UL << from.Day);
        }

        for (var months = 0; days == 0; months++)
        {
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1);
            if (months == MonthsOfCycle || year > DateTime.MaxValue.Year)
            {
                return null;
            }

            days = DaysOf(year, month);
        }

        return new DateTime(year, month, BitOperations.TrailingZeroCount(days)).AddSeconds(TimeFrom(0)!.Value);
    }

    /// <summary>How many times there are from one moment on the wall up to another, without that one.</summary>
    public long Count(DateTime from, DateTime to)
    {
        if (from >= to)
        {
            return 0;
        }

        var days = 0L;
        var month = new DateTime(from.Year, from.Month, 1);
        for (; month <= to.Date; month = month.AddMonths(1))
        {
            var of = DaysOf(month.Year, month.Month);
            of = month.Year == from.Year && month.Month == from.Month ? of >> from.Day << from.Day : of;
            of = month.Year == to.Year && month.Month == to.Month ? of & ((1UL << to.Day) - 1) : of;
            days += BitOperations.PopCount(of);
        }

        return (days * TimesUpTo(SecondsOfDay)) + (IsDay(to) ? TimesUpTo((int)to.TimeOfDay.TotalSeconds) : 0)
            - (IsDay(from) ? TimesUpTo((int)from.TimeOfDay.TotalSeconds) : 0);
    }

    private bool IsDay(DateTime at) => Has(DaysOf(at.Year, at.Month), at.Day);

    /// <summary>The days of a month that are named, bit 1 being the first of it.</summary>
    private ulong DaysOf(int year, int month)
    {
        if (!Has(Months, month))
        {
            return 0;
        }

        var length = DateTime.DaysInMonth(year, month);
        var all = (2UL << length) - 2;
        var byDay = (Days & all) | (IncludesLastDay ? 1UL << length : 0);
        var byWeekday = 0UL;
        var weekday = (int)new DateTime(year, month, 1).DayOfWeek;
        for (var day = 1; day <= length; day++, weekday = weekday == 6 ? 0 : weekday + 1)
        {
            if (Has(Weekdays, weekday) || (day > length - 7 && Has(LastWeekdays, weekday)) || Has(NthWeekdays, (weekday * 5) + ((day - 1) / 7)))
            {
                byWeekday |= 1UL << day;
            }
        }

        return NeedsBothDays ? byDay & byWeekday : byDay | byWeekday;
    }

    /// <summary>The first second of a day that is named, at or after one of it.</summary>
    private int? TimeFrom(int second)
    {
        var (hour, minute) = (second / 3600, second / 60 % 60);
        if (Has(Hours, hour))
        {
            if (Has(Minutes, minute) && BitFrom(Seconds, second % 60) is { } same)
            {
                return (hour * 3600) + (minute * 60) + same;
            }

            if (BitFrom(Minutes, minute + 1) is { } later)
            {
                return (hour * 3600) + (later * 60) + BitOperations.TrailingZeroCount(Seconds);
            }
        }

        return BitFrom(Hours, hour + 1) is { } next
            ? (next * 3600) + (BitOperations.TrailingZeroCount(Minutes) * 60) + BitOperations.TrailingZeroCount(Seconds)
            : null;
    }

    /// <summary>How many times a named day has before one of its seconds.</summary>
    private long TimesUpTo(int second)
    {
        var (hour, minute) = (second / 3600, second / 60 % 60);
        long seconds = BitOperations.PopCount(Seconds);
        var minutes = BitOperations.PopCount(Minutes) * seconds;
        return (Below(Hours, hour) * minutes)
            + (Has(Hours, hour) ? (Below(Minutes, minute) * seconds) + (Has(Minutes, minute) ? Below(Seconds, second % 60) : 0) : 0);
    }

    private static bool Has(ulong bits, int bit) => (bits >> bit & 1) != 0;

    private static int Below(ulong bits, int bit) => BitOperations.PopCount(bits & ((1UL << bit) - 1));

    private static int? BitFrom(ulong bits, int bit) => bits >> bit == 0 ? null : bit + BitOperations.TrailingZeroCount(bits >> bit);
}
