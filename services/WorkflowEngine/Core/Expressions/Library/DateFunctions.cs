using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;

namespace AiTeams.WorkflowEngine.Core.Expressions.Library;

/// <summary>
/// Dates. They are read from milliseconds or text (<see cref="DateReader"/>) and given as ISO 8601 text; what is no date gives null.
/// The zone is the last argument, else the text's own offset, else the workflow's.
/// </summary>
internal static class DateFunctions
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("now", 0, 0, static args => args.Evaluation.Scope.Now.ToUnixTimeMilliseconds()),
        new("date", 1, 3, static args => Given(args)) { Aliases = ["toDateTime", "fromISO"] },
        new("formatDate", 1, 3, static args => Format(args)) { Aliases = ["toFormat", "format"] },
        new("toZone", 2, 2, static args => On(args, 1, static (moment, zone) => DateText.Iso(moment, zone))) { Aliases = ["setZone"] },
        new("plus", 2, 4, static args => Shifted(args, 1)),
        new("minus", 2, 4, static args => Shifted(args, -1)),
        new("diff", 2, 4, static args => Difference(args)),
        new("startOf", 2, 3, static args => Edge(args, static (moment, unit, zone) => Calendar.StartOf(moment, unit, zone))),
        new("endOf", 2, 3, static args => Edge(args, Calendar.EndOf)),
        new("weekday", 1, 2, static args => On(args, 1, static (moment, _) => Calendar.Weekday(moment.DateTime))),
        new("isWeekend", 1, 2, static args => On(args, 1, static (moment, _) => Calendar.Weekday(moment.DateTime) > 5)),
        new("datePart", 2, 3, static args => Part(args)) { Aliases = ["extractDate"] },
        new("isBefore", 2, 2, static args => Order(args) is { } order ? order < 0 : JsonData.Null),
        new("isAfter", 2, 2, static args => Order(args) is { } order ? order > 0 : JsonData.Null),
        new("isBetween", 3, 3, static args => Between(args)),
        new("toMillis", 1, 1, static args => On(args, -1, static (moment, _) => moment.ToUnixTimeMilliseconds())),
        new("toSeconds", 1, 1, static args => On(args, -1, static (moment, _) => moment.ToUnixTimeSeconds())),
        new("fromSeconds", 1, 2, static args => Values.TryNumber(args[0], out var seconds) && DateReader.OfMilliseconds(seconds * 1000) is { } moment
            ? DateText.Iso(Calendar.In(moment, Zone(args, 1)), Zone(args, 1))
            : JsonData.Null),
    ];

    private static JsonData On(Arguments args, int zoneAt, Func<DateTimeOffset, TimeZoneInfo, JsonData> use) =>
        Read(args, 0, zoneAt) is { } read ? use(read.Moment, read.Zone) : JsonData.Null;

    /// <summary>An argument as a date in the zone another argument names, or else in its own.</summary>
    private static (DateTimeOffset Moment, TimeZoneInfo Zone)? Read(Arguments args, int index, int zoneAt)
    {
        // Reading a date and looking up a zone is some ten times the work of an operation.
        args.Evaluation.Spend(args.Position, 10);
        var read = DateReader.Read(args[index], args.Evaluation.Scope.Zone);
        return read is { } found && zoneAt >= 0 && args.Has(zoneAt) && Zone(args, zoneAt) is var zone
            ? (Calendar.In(found.Moment, zone), zone)
            : read;
    }

    private static TimeZoneInfo Zone(Arguments args, int index)
    {
        if (args[index] is { IsNull: true })
        {
            return args.Evaluation.Scope.Zone;
        }

        var name = args.Text(index);
        args.Evaluation.Spend(args.Position, 20);
        return Zones.Find(name) ?? throw new ExpressionException(
            $"There is no time zone '{TextFunctions.Truncate(name, 40, "…")}'; names are those of the IANA, such as Europe/Kyiv.", args.Position);
    }

    /// <summary><c>date(value)</c>, <c>date(text, pattern)</c>, <c>date(text, pattern, zone)</c>. Without an offset the text is meant in that zone.</summary>
    private static JsonData Given(Arguments args)
    {
        var zone = args.Has(2) ? Zone(args, 2) : args.Evaluation.Scope.Zone;
        args.Evaluation.Spend(args.Position, 10);
        var value = args[0];
        var read = args[1] is { IsNull: false } ? DatePattern.Read(args.Text(0), Pattern(args), zone) : DateReader.Read(value, zone);
        return read is { } found ? DateText.Iso(found.Moment, found.Zone) : JsonData.Null;
    }

    private static string Pattern(Arguments args) => args.Text(1) is { Length: <= 200 } pattern
        ? pattern
        : throw new ExpressionException("A date pattern may have at most 200 characters.", args.Position);

    private static JsonData Format(Arguments args) => Read(args, 0, 2) is { } read
        ? args.Evaluation.Text(args.Has(1) ? DateText.Write(read.Moment, read.Zone, Pattern(args), args.Position) : DateText.Iso(read.Moment, read.Zone), args.Position)
        : JsonData.Null;

    /// <summary><c>plus(date, 3, "days")</c> or <c>plus(date, {days: 3, hours: 2})</c>.</summary>
    private static JsonData Shifted(Arguments args, int sign)
    {
        var by = args[1];
        if (Read(args, 0, by.IsObject ? 2 : 3) is not { } read)
        {
            return JsonData.Null;
        }

        DateTimeOffset? moment = read.Moment;
        if (!by.IsObject)
        {
            return Values.TryNumber(by, out var amount) && Calendar.Add(read.Moment, sign * amount, Unit(args, args.Text(2, "ms")), read.Zone) is { } shifted
                ? DateText.Iso(shifted, read.Zone)
                : JsonData.Null;
        }

        // Years before days, as a person would: the last of January and a month and a day is the first of March.
        foreach (var (unit, amount) in by.Fields.ToArray().Select(field => (Unit(args, field.Key), field.Value)).OrderByDescending(part => part.Item1))
        {
            moment = moment is { } so && Values.TryNumber(amount, out var number) ? Calendar.Add(so, sign * number, unit, read.Zone) : null;
        }

        return moment is { } end ? DateText.Iso(end, read.Zone) : JsonData.Null;
    }

    /// <summary>How much later the first is than the second, in units; days where none is named.</summary>
    private static JsonData Difference(Arguments args)
    {
        var unit = Unit(args, args.Text(2, "days"));
        return Read(args, 0, 3) is { } to && Read(args, 1, 3) is { } from
            ? Math.Round(Calendar.Between(from.Moment, to.Moment, unit, to.Zone), 9)
            : JsonData.Null;
    }

    private static JsonData Edge(Arguments args, Func<DateTimeOffset, TimeUnit, TimeZoneInfo, DateTimeOffset?> edge)
    {
        var unit = Unit(args, args.Text(1));
        return Read(args, 0, 2) is { } read && edge(read.Moment, unit, read.Zone) is { } moment ? DateText.Iso(moment, read.Zone) : JsonData.Null;
    }

    private static JsonData Part(Arguments args) => On(args, 2, (moment, _) => args.Text(1).ToLowerInvariant() switch
    {
        "year" => moment.Year,
        "quarter" => ((moment.Month - 1) / 3) + 1,
        "month" => moment.Month,
        "week" => System.Globalization.ISOWeek.GetWeekOfYear(moment.DateTime),
        "day" => moment.Day,
        "weekday" => Calendar.Weekday(moment.DateTime),
        "dayofyear" or "ordinal" => moment.DayOfYear,
        "hour" => moment.Hour,
        "minute" => moment.Minute,
        "second" => moment.Second,
        "millisecond" => moment.Millisecond,
        var other => throw new ExpressionException(
            $"A date has no '{TextFunctions.Truncate(other, 40, "…")}'; it has year, quarter, month, week, day, weekday, dayofyear, hour, minute, second, millisecond.",
            args.Position),
    });

    private static int? Order(Arguments args) =>
        Read(args, 0, -1) is { } one && Read(args, 1, -1) is { } other ? one.Moment.CompareTo(other.Moment) : null;

    private static JsonData Between(Arguments args) =>
        Read(args, 0, -1) is { } moment && Read(args, 1, -1) is { } from && Read(args, 2, -1) is { } to
            ? moment.Moment >= from.Moment && moment.Moment <= to.Moment
            : JsonData.Null;

    private static TimeUnit Unit(Arguments args, string name) => Calendar.Unit(name) ?? throw new ExpressionException(
        $"There is no unit '{TextFunctions.Truncate(name, 40, "…")}'; there are years, quarters, months, weeks, days, hours, minutes, seconds, ms.", args.Position);
}
