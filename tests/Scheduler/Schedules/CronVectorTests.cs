using System.Globalization;
using AiTeams.Scheduler.Schedules;

namespace AiTeams.Scheduler.Tests.Schedules;

/// <summary>
/// Cases that the suites of robfig/cron, croniter, Cronos and cron-parser also ask for, in five or six fields as they stand here. Left out: ?, W, L-3, @every and years,
/// which Unix cron does not know; and two cases in which robfig takes */10 beside a weekday for a restriction, which Vixie cron does not.
/// </summary>
public sealed class CronVectorTests
{
    [Theory]
    // robfig/cron: whether a moment is named
    [InlineData("2012-07-09T15:00", "0/15 * * * *", true)]
    [InlineData("2012-07-09T15:45", "0/15 * * * *", true)]
    [InlineData("2012-07-09T15:40", "0/15 * * * *", false)]
    [InlineData("2012-07-09T15:05", "5/15 * * * *", true)]
    [InlineData("2012-07-09T15:20", "5/15 * * * *", true)]
    [InlineData("2012-07-09T15:50", "5/15 * * * *", true)]
    [InlineData("2012-07-15T15:00", "0/15 * * Jul *", true)]
    [InlineData("2012-07-15T15:00", "0/15 * * Jun *", false)]
    [InlineData("2012-07-15T08:30", "30 08 * Jul Sun", true)]
    [InlineData("2012-07-15T08:30", "30 08 15 Jul *", true)]
    [InlineData("2012-07-16T08:30", "30 08 * Jul Sun", false)]
    [InlineData("2012-07-16T08:30", "30 08 15 Jul *", false)]
    [InlineData("2012-07-09T15:00", "@hourly", true)]
    [InlineData("2012-07-09T15:04", "@hourly", false)]
    [InlineData("2012-07-09T15:00", "@daily", false)]
    [InlineData("2012-07-09T00:00", "@daily", true)]
    [InlineData("2012-07-09T00:00", "@midnight", true)]
    [InlineData("2012-07-09T00:00", "@weekly", false)]
    [InlineData("2012-07-08T00:00", "@weekly", true)]
    [InlineData("2012-07-08T01:00", "@weekly", false)]
    [InlineData("2012-07-08T00:00", "@monthly", false)]
    [InlineData("2012-07-01T00:00", "@monthly", true)]
    [InlineData("2012-01-01T00:00", "@yearly", true)]
    [InlineData("2012-01-01T00:00", "@annually", true)]
    [InlineData("2012-07-15T00:00", "* * 1,15 * Sun", true)]
    [InlineData("2012-06-15T00:00", "* * 1,15 * Sun", true)]
    [InlineData("2012-08-01T00:00", "* * 1,15 * Sun", true)]
    [InlineData("2012-07-15T00:00", "* * * * Mon", false)]
    [InlineData("2012-07-09T00:00", "* * 1,15 * *", false)]
    [InlineData("2012-07-15T00:00", "* * 1,15 * *", true)]
    [InlineData("2012-07-15T00:00", "* * */2 * Sun", true)]
    [InlineData("2012-07-15T00:00", "* * */10 * Sun", false)]                  // Vixie cron: begins with *, so both have to answer
    [InlineData("2012-07-15T00:00", "* * 1-31/10 * Sun", true)]                // does not begin with *: either
    public void Names_a_moment_or_does_not(string moment, string expression, bool isNamed)
    {
        var at = Moment(moment);

        Assert.Equal(isNamed, Schedule(expression).Next(at.AddTicks(-1)) == at);
    }

    [Theory]
    // robfig/cron
    [InlineData("2012-07-09T14:45", "0 0/15 * * * *", "2012-07-09T15:00")]
    [InlineData("2012-07-09T14:59:59", "0 0/15 * * * *", "2012-07-09T15:00")]
    [InlineData("2012-07-09T15:45", "0 20-35/15 * * * *", "2012-07-09T16:20")]
    [InlineData("2012-07-09T23:46", "0 */15 * * * *", "2012-07-10T00:00")]
    [InlineData("2012-07-09T23:45", "0 20-35/15 * * * *", "2012-07-10T00:20")]
    [InlineData("2012-07-09T23:35:51", "15/35 20-35/15 * * * *", "2012-07-10T00:20:15")]
    [InlineData("2012-07-09T23:35:51", "15/35 20-35/15 1/2 * * *", "2012-07-10T01:20:15")]
    [InlineData("2012-07-09T23:35:51", "15/35 20-35/15 10-12 * * *", "2012-07-10T10:20:15")]
    [InlineData("2012-07-09T23:35:51", "15/35 20-35/15 1/2 */2 * *", "2012-07-11T01:20:15")]
    [InlineData("2012-07-09T23:35:51", "15/35 20-35/15 * 9-20 * *", "2012-07-10T00:20:15")]
    [InlineData("2012-07-09T23:35:51", "15/35 20-35/15 * 9-20 Jul *", "2012-07-10T00:20:15")]
    [InlineData("2012-07-09T23:35", "0 0 0 9 Apr-Oct *", "2012-08-09T00:00")]
    [InlineData("2012-07-09T23:35", "0 0 0 */5 Apr,Aug,Oct Mon", "2012-08-06T00:00")]
    [InlineData("2012-07-09T23:35", "0 0 0 */5 Oct Mon", "2012-10-01T00:00")]
    [InlineData("2012-07-09T23:35", "0 0 0 * Feb Mon", "2013-02-04T00:00")]
    [InlineData("2012-07-09T23:35", "0 0 0 * Feb Mon/2", "2013-02-01T00:00")]
    [InlineData("2012-07-09T23:59:45", "0 * * * * *", "2012-07-10T00:00")]
    [InlineData("2012-07-09T23:35", "0 0 0 29 Feb *", "2016-02-29T00:00")]
    [InlineData("2012-12-31T23:59:45", "0 * * * * *", "2013-01-01T00:00")]
    // Cronos: L and #
    [InlineData("2017-01-01", "0 0 L * *", "2017-01-31T00:00")]
    [InlineData("2016-02-01", "0 0 L * *", "2016-02-29T00:00")]
    [InlineData("2017-02-01", "0 0 L 2 *", "2017-02-28T00:00")]
    [InlineData("2017-01-01", "* * * * * 5L", "2017-01-27T00:00")]
    [InlineData("2017-01-01", "* * * * * FRIL", "2017-01-27T00:00")]
    [InlineData("2017-01-01", "* * * * * SATL", "2017-01-28T00:00")]
    [InlineData("2016-12-31", "* * * * * 7L", "2017-01-29T00:00")]
    [InlineData("2016-12-10", "* * * * * 0#1", "2017-01-01T00:00")]
    [InlineData("2017-02-01", "* * * * * 0#1", "2017-02-05T00:00")]
    [InlineData("2017-01-01T23:59:59", "* * * * * 0#2", "2017-01-08T00:00")]
    [InlineData("2017-01-01", "* * * * * 5#3", "2017-01-20T00:00")]
    [InlineData("2017-01-21", "* * * * * 5#3", "2017-02-17T00:00")]
    [InlineData("2017-01-01", "* * * * * 3#2", "2017-01-11T00:00")]
    [InlineData("2017-02-01", "* * * * * 2#5", "2017-05-30T00:00")]
    // cron-parser: the last of each weekday
    [InlineData("2014-01-01", "0 0 0 * * 1L", "2014-01-27T00:00")]
    [InlineData("2014-01-01", "0 0 0 * * 4L", "2014-01-30T00:00")]
    [InlineData("2014-01-01", "0 0 0 * * 0L", "2014-01-26T00:00")]
    [InlineData("2014-01-01", "0 0 0 * * 7L", "2014-01-26T00:00")]
    // The calendar's ends
    [InlineData("2096-02-29T12:00", "0 0 29 2 *", "2104-02-29T00:00")]         // 2100 is no leap year
    [InlineData("2026-01-01", "0 0 29 2 */7", "2032-02-29T00:00")]             // and a Sunday
    [InlineData("2096-03-01", "0 0 29 2 */7", "2128-02-29T00:00")]
    public void Next_is(string after, string expression, string next) => Assert.Equal(Moment(next), Schedule(expression).Next(Moment(after)));

    [Theory]
    // croniter
    [InlineData("2010-01-25T04:46", "*/5 * * * *", "2010-01-25T04:50 2010-01-25T04:55 2010-01-25T05:00")]
    [InlineData("2010-01-25T04:46", "2 4 * * mon,fri", "2010-01-29T04:02 2010-02-01T04:02 2010-02-05T04:02")]
    [InlineData("2010-01-25T04:46", "2 4 1 * wed", "2010-01-27T04:02 2010-02-01T04:02 2010-02-03T04:02")]
    [InlineData("2010-01-25T04:46", "0 0 * * sat#1,sun#2", "2010-02-06T00:00 2010-02-14T00:00 2010-03-06T00:00")]
    [InlineData("2010-01-25T04:46", "0 0 * * 5#3,5L", "2010-01-29T00:00 2010-02-19T00:00 2010-02-26T00:00")]
    [InlineData("2012-02-24", "5 0 */2 * *", "2012-02-25T00:05 2012-02-27T00:05 2012-02-29T00:05 2012-03-01T00:05")]
    [InlineData("2013-03-01T12:17:34", "00 03 16,30 * *", "2013-03-16T03:00 2013-03-30T03:00 2013-04-16T03:00 2013-04-30T03:00")]
    [InlineData("2010-02-25", "0 0 * * 6", "2010-02-27T00:00 2010-03-06T00:00")]
    [InlineData("2010-01-01", "0 0 * * sat-sun", "2010-01-02T00:00 2010-01-03T00:00 2010-01-09T00:00")]
    [InlineData("2010-01-01", "0 0 * * 5-7", "2010-01-02T00:00 2010-01-03T00:00 2010-01-08T00:00")]
    public void The_next_are(string after, string expression, string next)
    {
        var expected = next.Split(' ').Select(Moment).ToList();

        Assert.Equal(expected, Schedule(expression).Next(Moment(after), expected.Count));
    }

    [Theory]
    [InlineData("America/New_York", "30 2 * * *", "2026-03-07T20:00Z", "2026-03-08T07:00Z 2026-03-09T06:30Z")]                  // skipped: at 3:00
    [InlineData("America/New_York", "0,30 2 * * *", "2026-03-07T20:00Z", "2026-03-08T07:00Z 2026-03-09T06:00Z")]                // twice skipped, once made up for
    [InlineData("America/New_York", "30 2,3 * * *", "2026-03-07T20:00Z", "2026-03-08T07:00Z 2026-03-08T07:30Z")]
    [InlineData("America/New_York", "0 2,3 * * *", "2026-03-07T20:00Z", "2026-03-08T07:00Z 2026-03-09T06:00Z 2026-03-09T07:00Z")] // falls together with what is due
    [InlineData("America/New_York", "30 * * * *", "2026-03-08T06:00Z", "2026-03-08T06:30Z 2026-03-08T07:30Z")]                  // every hour goes on
    [InlineData("America/New_York", "*/20 * * * *", "2026-03-08T06:30Z", "2026-03-08T06:40Z 2026-03-08T07:00Z 2026-03-08T07:20Z")]
    [InlineData("America/New_York", "30 1 * * *", "2026-10-31T20:00Z", "2026-11-01T05:30Z 2026-11-02T06:30Z")]                  // doubled: the first
    [InlineData("America/New_York", "30 1 * * *", "2026-11-01T05:30Z", "2026-11-02T06:30Z")]                                    // asked between the two
    [InlineData("America/New_York", "30 * * * *", "2026-11-01T05:00Z", "2026-11-01T05:30Z 2026-11-01T06:30Z 2026-11-01T07:30Z")]
    [InlineData("America/New_York", "*/30 1 * * *", "2026-11-01T04:00Z", "2026-11-01T05:00Z 2026-11-01T05:30Z 2026-11-01T06:00Z 2026-11-01T06:30Z 2026-11-02T06:00Z")]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00Z", "2026-10-03T15:30Z 2026-10-04T15:15Z")]               // half an hour skipped
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T00:00Z", "2026-04-04T14:45Z 2026-04-05T15:15Z")]
    [InlineData("Africa/Cairo", "30 0 * * *", "2026-04-23T12:00Z", "2026-04-23T22:00Z 2026-04-24T21:30Z")]                      // midnight itself is skipped
    [InlineData("Europe/Kyiv", "0 9 * * 1-5", "2026-03-27T12:00Z", "2026-03-30T06:00Z")]
    public void Where_clocks_are_changed(string zone, string expression, string after, string next)
    {
        var (schedule, _) = Scheduler.Schedules.Schedule.Parse(expression, zone);
        var expected = next.Split(' ').Select(Moment).ToList();

        Assert.Equal(expected, schedule!.Next(Moment(after), expected.Count));
    }

    private static Schedule Schedule(string expression) => Scheduler.Schedules.Schedule.Parse(expression, "UTC").Schedule!;

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
