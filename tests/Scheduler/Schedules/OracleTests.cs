using System.Globalization;
using AiTeams.Scheduler.Schedules;
using Xunit.Abstractions;

namespace AiTeams.Scheduler.Tests.Schedules;

/// <summary>
/// The schedule agrees with somebody who stands before the clock, on the days on which clocks are changed, for ten years. <c>CRON_ORACLE=all</c> asks about every
/// change of every zone; otherwise a sample is drawn.
/// </summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    private const int FirstYear = 2025;
    private const int Years = 10;

    // In the sample: half-hour changes, midnight changes, changes by decree, none at all, and both sides of the equator.
    private static readonly string[] SampledZones =
    [
        "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "America/Santiago", "Europe/Dublin", "Asia/Beirut", "UTC", "Asia/Kathmandu",
        "America/Nuuk", "Antarctica/Troll", "Pacific/Chatham",
    ];

    private static bool IsAll => Environment.GetEnvironmentVariable("CRON_ORACLE") == "all";

    [Fact]
    public void Agrees_with_the_clock_on_the_wall_on_the_days_clocks_are_changed()
    {
        var zones = IsAll ? [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)] : SampledZones;
        var (days, expressions, due) = (0, 0, 0L);
        Parallel.ForEach(zones, name =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
            var changes = Changes(zone);
            foreach (var (change, at) in changes.Select((change, at) => (change, at)))
            {
                if (!IsAll && at % 7 != zones.Length % 7)
                {
                    continue;
                }

                // Not the same expressions for each zone and day, and the same in every run.
                var source = new ExpressionSource(string.Create(CultureInfo.InvariantCulture, $"{name}{change:O}").Aggregate(17, (hash, letter) => (hash * 31) + letter));
                for (var round = 0; round < 12; round++)
                {
                    Interlocked.Add(ref due, Compare(source.Next(withSeconds: false), name, zone, change.AddHours(-26), change.AddHours(26)));
                }

                Interlocked.Add(ref due, Compare(source.Next(withSeconds: true), name, zone, change.AddHours(-2), change.AddHours(2)));
                Interlocked.Add(ref expressions, 13);
                Interlocked.Increment(ref days);
            }
        });

        output.WriteLine($"{zones.Length} zones, {days} changes, {expressions} expressions, {due} due times");
        Assert.True(days > (IsAll ? 1000 : 10) && due > 1000, $"{days} changes with {due} due times prove nothing");
    }

    [Fact]
    public void Agrees_on_ordinary_weeks()
    {
        var source = new ExpressionSource(4711);
        var due = 0;
        for (var round = 0; round < (IsAll ? 3000 : 60); round++)
        {
            var zone = SampledZones[round % SampledZones.Length];
            var from = new DateTime(FirstYear, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(round * 37 % 3650);
            due += Compare(source.Next(withSeconds: false), zone, TimeZoneInfo.FindSystemTimeZoneById(zone), from, from.AddDays(9));
        }

        Assert.True(due > 1000);
    }

    /// <summary>Next from due time to due time, and the count and the latest of the span, against the oracle's list; returns how long that is.</summary>
    private static int Compare(string expression, string zoneName, TimeZoneInfo zone, DateTime from, DateTime to)
    {
        var expected = new WallClockOracle(expression, zone).Due(from, to);
        var (schedule, problems) = Schedule.Parse(expression, zoneName);
        if (schedule is null)
        {
            Assert.All(problems, problem => Assert.Equal(ScheduleFault.NeverFires, problem.Fault));
            Assert.Empty(expected);
            return 0;
        }

        var found = new List<DateTime>();
        for (var next = schedule.Next(new DateTimeOffset(from).AddTicks(-1)); next is { } due && due.UtcDateTime <= to; next = schedule.Next(due))
        {
            found.Add(due.UtcDateTime);
        }

        Assert.True(expected.SequenceEqual(found), $"{expression} in {zoneName}, {from:O} to {to:O}\noracle   {Text(expected, found)}\nschedule {Text(found, expected)}");

        var between = schedule.Between(new DateTimeOffset(from), new DateTimeOffset(to), 3);
        Assert.True(
            expected.Count == between.Earlier + between.Latest.Count && expected.TakeLast(3).SequenceEqual(between.Latest.Select(due => due.UtcDateTime)),
            $"{expression} in {zoneName}, {from:O} to {to:O}: {expected.Count} due times, and not {between.Earlier} + {between.Latest.Count}");
        return expected.Count;
    }

    private static string Text(List<DateTime> these, List<DateTime> butNot) =>
        $"{these.Count}, alone with {string.Join(' ', these.Except(butNot).Take(5).Select(due => due.ToString("O", CultureInfo.InvariantCulture)))}";

    /// <summary>Found by looking at every quarter of an hour.</summary>
    private static List<DateTime> Changes(TimeZoneInfo zone)
    {
        var changes = new List<DateTime>();
        var from = new DateTime(FirstYear, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var at = from; at < from.AddYears(Years); at = at.AddMinutes(15))
        {
            if (zone.GetUtcOffset(at) != zone.GetUtcOffset(at.AddMinutes(15)))
            {
                changes.Add(at.AddMinutes(15));
            }
        }

        return changes;
    }
}
