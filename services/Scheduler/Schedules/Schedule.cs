namespace AiTeams.Scheduler.Schedules;

/// <summary>The due times of a span.</summary>
/// <param name="Latest">The latest of them, oldest first.</param>
/// <param name="Earlier">How many came before those.</param>
internal sealed record DueTimes(IReadOnlyList<DateTimeOffset> Latest, long Earlier);

/// <summary>
/// When something is due: a cron expression on the clocks of a time zone. A time those clocks skip is due once, when they have been changed; one they show
/// twice is due the first time. A schedule of every hour (its hour begins with *) goes on through real time instead: what is skipped is not made up
/// for; and so does, through an hour shown twice, one whose minute or second begins with *. All due times are whole seconds, in UTC.
/// </summary>
internal sealed class Schedule
{
    private const int LastYear = 9000;

    private readonly CronCalendar _calendar;
    private readonly ZoneClock _clock;

    private Schedule(string expression, CronCalendar calendar, ZoneClock clock) => (Expression, _calendar, _clock) = (expression, calendar, clock);

    public string Expression { get; }

    /// <summary>IANA's name.</summary>
    public string Zone => _clock.Name;

    /// <summary>The schedule, or everything that keeps it from being one.</summary>
    public static (Schedule? Schedule, IReadOnlyList<ScheduleProblem> Problems) Parse(string expression, string zone)
    {
        var (calendar, found) = CronExpression.Read(expression);
        var problems = found.ToList();
        if (calendar is not null && calendar.Next(new DateTime(2000, 1, 1)) is null)
        {
            problems.Add(new ScheduleProblem(ScheduleFault.NeverFires, "No day ever answers to this expression", CronField.DayOfMonth.Name));
        }

        var clock = ZoneClock.Find(zone);
        if (clock is null)
        {
            problems.Add(new ScheduleProblem(ScheduleFault.Zone, $"'{zone}' is no time zone: write the IANA name, as in Europe/Kyiv or UTC"));
        }

        return problems.Count > 0 ? (null, problems) : (new Schedule(expression, calendar!, clock!), problems);
    }

    /// <summary>The first due time after a moment; null when there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var at = WholeSecond(after).AddSeconds(1);
        while (at.Year < LastYear)
        {
            var time = _clock.At(at);
            if (at == time.Start && IsMadeUpFor(time))
            {
                return new DateTimeOffset(at, TimeSpan.Zero);
            }

            if (_calendar.Next(FirstOnTheWall(time, at)) is not { } wall)
            {
                return null;
            }

            var due = wall - time.Offset;
            if (due < time.End)
            {
                return new DateTimeOffset(due, TimeSpan.Zero);
            }

            at = time.End;
        }

        return null;
    }

    /// <summary>The next due times, fewer when there are no more.</summary>
    public IReadOnlyList<DateTimeOffset> Next(DateTimeOffset after, int count)
    {
        var due = new List<DateTimeOffset>(count);
        for (var next = Next(after); next is not null && due.Count < count; next = Next(next.Value))
        {
            due.Add(next.Value);
        }

        return due;
    }

    /// <summary>The latest due times of a span, both ends included; counts the others without walking through them.</summary>
    public DueTimes Between(DateTimeOffset from, DateTimeOffset to, int most)
    {
        var (first, last) = (WholeSecond(from), WholeSecond(to));
        first = first < from.UtcDateTime ? first.AddSeconds(1) : first;
        var all = Count(first, last);
        var (few, many) = (last.AddSeconds(1), first);                        // since few: at most so many; since many: more
        if (all <= most)
        {
            few = first;
        }

        while (few > many && few - many > TimeSpan.FromSeconds(1))
        {
            var middle = many.AddSeconds(Math.Floor((few - many).TotalSeconds / 2));
            (few, many) = Count(middle, last) <= most ? (middle, many) : (few, middle);
        }

        var latest = new List<DateTimeOffset>();
        for (var due = Next(new DateTimeOffset(few.AddSeconds(-1), TimeSpan.Zero)); due <= to; due = Next(due.Value))
        {
            latest.Add(due.Value);
        }

        return new DueTimes(latest, all - latest.Count);
    }

    private long Count(DateTime first, DateTime last)
    {
        var count = 0L;
        for (var at = first; at <= last;)
        {
            var time = _clock.At(at);
            var end = time.End <= last ? time.End : last.AddSeconds(1);
            var from = FirstOnTheWall(time, at);
            count += _calendar.Count(from, OnTheWall(end, time.Offset));
            // Skipped times come together with what is due at that moment anyway.
            count += at == time.Start && IsMadeUpFor(time) && _calendar.Next(from) != from ? 1 : 0;
            at = end;
        }

        return count;
    }

    /// <summary>The clocks went forward over a time that is named.</summary>
    private bool IsMadeUpFor(EvenTime time) =>
        !_calendar.IsEveryHour && time.Offset > time.OffsetBefore && _calendar.Next(OnTheWall(time.Start, time.OffsetBefore)) < OnTheWall(time.Start, time.Offset);

    /// <summary>What the clocks show, or, while they show it for the second time, what they will show when that is over.</summary>
    private DateTime FirstOnTheWall(EvenTime time, DateTime at)
    {
        var wall = OnTheWall(at, time.Offset);
        var repeatedUntil = OnTheWall(time.Start, time.OffsetBefore);
        return !_calendar.IsInterval && wall < repeatedUntil ? repeatedUntil : wall;
    }

    private static DateTime OnTheWall(DateTime moment, TimeSpan offset) => DateTime.SpecifyKind(moment + offset, DateTimeKind.Unspecified);

    private static DateTime WholeSecond(DateTimeOffset moment) => moment.UtcDateTime.AddTicks(-(moment.UtcTicks % TimeSpan.TicksPerSecond));
}
