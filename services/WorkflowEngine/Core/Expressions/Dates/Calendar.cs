namespace AiTeams.WorkflowEngine.Core.Expressions.Dates;

internal enum TimeUnit
{
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// <summary>
/// Reckoning with dates in a zone, as a calendar does: a day later is the same time on the clock, an hour later is an hour later. A
/// time the clock skips is moved on by what it skips; of a time it shows twice the first is meant.
/// </summary>
internal static class Calendar
{
    public static TimeUnit? Unit(string name) => name.ToLowerInvariant() switch
    {
        "ms" or "millisecond" or "milliseconds" => TimeUnit.Millisecond,
        "s" or "second" or "seconds" => TimeUnit.Second,
        "min" or "minute" or "minutes" => TimeUnit.Minute,
        "h" or "hour" or "hours" => TimeUnit.Hour,
        "d" or "day" or "days" => TimeUnit.Day,
        "w" or "week" or "weeks" => TimeUnit.Week,
        "month" or "months" => TimeUnit.Month,
        "quarter" or "quarters" => TimeUnit.Quarter,
        "y" or "year" or "years" => TimeUnit.Year,
        _ => null,
    };

    public static DateTimeOffset In(DateTimeOffset moment, TimeZoneInfo zone) =>
        TryMoment(Shifted(moment.UtcDateTime, zone.GetUtcOffset(moment)), zone.GetUtcOffset(moment), out var local) ? local : moment.ToUniversalTime();

    /// <summary>The moment at which clocks in the zone show this.</summary>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        if (TryMoment(local, offset, out var moment) && In(moment, zone) is var shown && shown.DateTime == local)
        {
            return shown;
        }

        // A time that never is: by the offset of the day before, it comes that much later.
        return local.Date > DateTime.MinValue && TryMoment(local, zone.GetUtcOffset(local.AddDays(-1)), out moment)
            ? In(moment, zone)
            : new DateTimeOffset(local, TimeSpan.Zero);
    }

    /// <summary>Null beyond the years 1 to 9999.</summary>
    public static DateTimeOffset? Add(DateTimeOffset moment, double amount, TimeUnit unit, TimeZoneInfo zone)
    {
        try
        {
            var local = moment.DateTime;
            return unit switch
            {
                TimeUnit.Year => At(local.AddYears(checked((int)amount)), zone),
                TimeUnit.Quarter => At(local.AddMonths(checked((int)(amount * 3))), zone),
                TimeUnit.Month => At(local.AddMonths(checked((int)amount)), zone),
                TimeUnit.Week => At(local.AddDays(amount * 7), zone),
                TimeUnit.Day => At(local.AddDays(amount), zone),
                TimeUnit.Hour => In(moment.AddHours(amount), zone),
                TimeUnit.Minute => In(moment.AddMinutes(amount), zone),
                TimeUnit.Second => In(moment.AddSeconds(amount), zone),
                TimeUnit.Millisecond => In(moment.AddMilliseconds(amount), zone),
            };
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            return null;
        }
    }

    public static DateTimeOffset StartOf(DateTimeOffset moment, TimeUnit unit, TimeZoneInfo zone)
    {
        var local = moment.DateTime;
        var day = local.Date;
        return unit switch
        {
            TimeUnit.Year => At(new DateTime(day.Year, 1, 1), zone),
            TimeUnit.Quarter => At(new DateTime(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1), zone),
            TimeUnit.Month => At(new DateTime(day.Year, day.Month, 1), zone),
            TimeUnit.Week => At(day.AddDays(Math.Max(1 - Weekday(day), (DateTime.MinValue - day).TotalDays)), zone),
            TimeUnit.Day => At(day, zone),
            // Below a day by the offset of the moment: in the hour that comes twice the second one stays the second.
            TimeUnit.Hour => moment - (local - day.AddHours(local.Hour)),
            TimeUnit.Minute => moment.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute)),
            TimeUnit.Second => moment.AddTicks(-(local.Ticks % TimeSpan.TicksPerSecond)),
            TimeUnit.Millisecond => moment.AddTicks(-(local.Ticks % TimeSpan.TicksPerMillisecond)),
        };
    }

    /// <summary>The last millisecond that belongs to it.</summary>
    public static DateTimeOffset? EndOf(DateTimeOffset moment, TimeUnit unit, TimeZoneInfo zone) =>
        Add(StartOf(moment, unit, zone), 1, unit, zone) is { } next ? In(next.AddMilliseconds(-1), zone) : null;

    /// <summary>How many units from one moment to another: days and more by the calendar in the zone, with a fraction of the last one.</summary>
    public static double Between(DateTimeOffset from, DateTimeOffset to, TimeUnit unit, TimeZoneInfo zone)
    {
        var elapsed = to - from;
        var days = (In(to, zone).DateTime - In(from, zone).DateTime).TotalDays;
        return unit switch
        {
            TimeUnit.Millisecond => elapsed.TotalMilliseconds,
            TimeUnit.Second => elapsed.TotalSeconds,
            TimeUnit.Minute => elapsed.TotalMinutes,
            TimeUnit.Hour => elapsed.TotalHours,
            TimeUnit.Day => days,
            TimeUnit.Week => days / 7,
            TimeUnit.Month => Months(from, to, zone),
            TimeUnit.Quarter => Months(from, to, zone) / 3,
            TimeUnit.Year => Months(from, to, zone) / 12,
        };
    }

    /// <summary>1 for Monday to 7 for Sunday.</summary>
    public static int Weekday(DateTime day) => day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;

    public static bool TryMoment(DateTime local, TimeSpan offset, out DateTimeOffset moment)
    {
        var ticks = local.Ticks - offset.Ticks;
        var isThere = ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;
        moment = isThere ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset) : default;
        return isThere;
    }

    private static double Months(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var (first, last) = (In(from, zone).DateTime, In(to, zone).DateTime);
        var months = ((last.Year - first.Year) * 12) + last.Month - first.Month;
        var anchor = Later(first, months);
        var step = anchor <= last ? 1 : -1;
        var next = Later(first, months + step);
        return next == anchor ? months : months + (step * ((last - anchor) / (next - anchor)));
    }

    private static DateTime Later(DateTime day, int months)
    {
        var month = (day.Year * 12) + day.Month - 1 + months;
        return month < 12 ? DateTime.MinValue : month >= 120_000 ? DateTime.MaxValue : day.AddMonths(months);
    }

    private static DateTime Shifted(DateTime utc, TimeSpan offset) =>
        new(Math.Clamp(utc.Ticks + offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Unspecified);
}
