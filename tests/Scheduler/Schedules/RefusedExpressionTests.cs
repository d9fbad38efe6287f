using AiTeams.Scheduler.Schedules;

namespace AiTeams.Scheduler.Tests.Schedules;

public sealed class RefusedExpressionTests
{
    [Theory]
    [InlineData("60 * * * *", "minute", 0)]
    [InlineData("* 24 * * *", "hour", 2)]
    [InlineData("* * 0 * *", "day of month", 4)]
    [InlineData("* * 32 * *", "day of month", 4)]
    [InlineData("* * * 13 *", "month", 6)]
    [InlineData("* * * 0 *", "month", 6)]
    [InlineData("* * * * 8", "day of week", 8)]
    [InlineData("60 * * * * *", "second", 0)]
    [InlineData("* * * foo *", "month", 6)]
    [InlineData("* * * january *", "month", 6)]
    [InlineData("1,2,99 * * * *", "minute", 4)]
    [InlineData("5-1 * * * *", "minute", 0)]
    [InlineData("0 22-2 * * *", "hour", 2)]
    [InlineData("*/0 * * * *", "minute", 0)]
    [InlineData("*/60 * * * *", "minute", 0)]
    [InlineData("*/x * * * *", "minute", 0)]
    [InlineData("*/ * * * *", "minute", 0)]
    [InlineData("1-2-3 * * * *", "minute", 0)]
    [InlineData("1--2 * * * *", "minute", 0)]
    [InlineData("-1 * * * *", "minute", 0)]
    [InlineData("+1 * * * *", "minute", 0)]
    [InlineData("1, * * * *", "minute", 2)]
    [InlineData(",1 * * * *", "minute", 0)]
    [InlineData("** * * * *", "minute", 0)]
    [InlineData("*5 * * * *", "minute", 0)]
    [InlineData("1.5 * * * *", "minute", 0)]
    [InlineData("١ * * * *", "minute", 0)]                             // a digit, but not one of ours
    [InlineData("0 0 ? * *", "day of month", 4)]
    [InlineData("0 0 15W * *", "day of month", 4)]
    [InlineData("0 0 LW * *", "day of month", 4)]
    [InlineData("0 0 L-3 * *", "day of month", 4)]
    [InlineData("0 0 1#2 * *", "day of month", 4)]
    [InlineData("0 0 * * L", "day of week", 8)]
    [InlineData("0 0 * * 1#6", "day of week", 8)]
    [InlineData("0 0 * * 1#0", "day of week", 8)]
    [InlineData("0 0 * * 1#", "day of week", 8)]
    [InlineData("0 0 * * #1", "day of week", 8)]
    [InlineData("0 0 * * 1-5#2", "day of week", 8)]
    [InlineData("0 0 * * 1-5L", "day of week", 8)]
    [InlineData("0 0 * * 5L/2", "day of week", 8)]
    [InlineData("L * * * *", "minute", 0)]
    [InlineData("H * * * *", "minute", 0)]
    public void Says_which_field_is_wrong_and_where(string expression, string field, int position)
    {
        var (schedule, problems) = Schedule.Parse(expression, "UTC");

        Assert.Null(schedule);
        var problem = Assert.Single(problems);
        Assert.Equal((ScheduleFault.Expression, field, (int?)position), (problem.Fault, problem.Field, problem.Position));
        Assert.NotEmpty(problem.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("@reboot")]
    [InlineData("@every 5m")]
    [InlineData("@")]
    [InlineData("@daily * * * *")]
    [InlineData("every day at nine")]
    public void Says_that_it_is_no_expression(string expression)
    {
        var (schedule, problems) = Schedule.Parse(expression, "UTC");

        Assert.Null(schedule);
        Assert.All(problems, problem => Assert.Equal(ScheduleFault.Expression, problem.Fault));
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void Says_everything_that_is_wrong_at_once()
    {
        var (_, problems) = Schedule.Parse("61,62 25 * * 9", "Europe/Atlantis");

        Assert.Equal(
            [(ScheduleFault.Expression, 0), (ScheduleFault.Expression, 3), (ScheduleFault.Expression, 6), (ScheduleFault.Expression, 13), (ScheduleFault.Zone, null)],
            problems.Select(problem => (problem.Fault, problem.Position)).ToArray());
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 feb,apr,jun,sep,nov *")]
    [InlineData("0 0 31 4 */2")]
    public void A_day_that_never_comes_is_no_schedule(string expression) =>
        Assert.Equal(ScheduleFault.NeverFires, Assert.Single(Schedule.Parse(expression, "UTC").Problems).Fault);

    [Theory]
    [InlineData("0 0 31 2 1")]                                           // or a Monday
    [InlineData("0 0 29 2 *")]
    [InlineData("0 0 29 2 5#5")]
    public void A_rare_day_is_one(string expression) => Assert.NotNull(Schedule.Parse(expression, "UTC").Schedule);

    [Theory]
    [InlineData("europe/kyiv")]
    [InlineData("FLE Standard Time")]
    [InlineData("posix/Europe/Kyiv")]
    [InlineData("right/UTC")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("UTC+3")]
    [InlineData("")]
    [InlineData("Mars/Olympus")]
    public void Only_names_of_IANA_are_zones(string zone)
    {
        _ = Schedule.Parse("* * * * *", "Europe/Kyiv");                  // known under its right name

        Assert.Equal(ScheduleFault.Zone, Assert.Single(Schedule.Parse("* * * * *", zone).Problems).Fault);
    }

    [Fact]
    public void Every_zone_of_this_machine_is_known() =>
        Assert.DoesNotContain(TimeZoneInfo.GetSystemTimeZones(), zone => Schedule.Parse("* * * * *", zone.Id).Schedule is null);

    [Fact]
    public void A_year_of_seconds_is_counted_without_walking_through_it()
    {
        var schedule = Schedule.Parse("* * * * * *", "America/New_York").Schedule!;
        var to = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var due = schedule.Between(to.AddYears(-1).AddSeconds(1), to, 3);

        Assert.Equal(365 * 86_400 - 3, due.Earlier);
        Assert.Equal([to.AddSeconds(-2), to.AddSeconds(-1), to], due.Latest);
    }

    [Fact]
    public void Nothing_due_is_an_empty_span()
    {
        var schedule = Schedule.Parse("0 9 * * *", "UTC").Schedule!;
        var from = new DateTimeOffset(2026, 3, 1, 9, 0, 1, TimeSpan.Zero);

        var due = schedule.Between(from, from.AddHours(23), 3);

        Assert.Equal((0, 0L), (due.Latest.Count, due.Earlier));
    }
}
