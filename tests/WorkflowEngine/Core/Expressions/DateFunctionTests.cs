using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

/// <summary>The workflow's zone in these tests is Kyiv: +02:00, from the last Sunday of March to that of October +03:00.</summary>
public sealed class DateFunctionTests
{
    [Theory]
    [InlineData("$now", "2026-03-10T23:15:30.250+02:00")]
    [InlineData("$today", "2026-03-10T00:00:00.000+02:00")]
    [InlineData("date(now())", "2026-03-10T23:15:30.250+02:00")]
    [InlineData("date('2026-07-01')", "2026-07-01T00:00:00.000+03:00")]
    [InlineData("date('2026-07-01 09:30')", "2026-07-01T09:30:00.000+03:00")]
    [InlineData("date('2026-07-01T09:30:15.1239Z')", "2026-07-01T12:30:15.123+03:00")]
    [InlineData("date('2026-07-01T09:30:00-04:00')", "2026-07-01T09:30:00.000-04:00")]
    [InlineData("date('20260701')", "2026-07-01T00:00:00.000+03:00")]
    [InlineData("date('Tue, 01 Nov 2016 13:23:12 +0630')", "2016-11-01T13:23:12.000+06:30")]
    [InlineData("date('Tue, 01 Nov 2016 13:23:12 GMT')", "2016-11-01T15:23:12.000+02:00")]
    [InlineData("date('01.07.2026 5:07 PM', 'dd.MM.yyyy h:mm a')", "2026-07-01T17:07:00.000+03:00")]
    [InlineData("date('July 4, 26', 'MMMM d, yy', 'America/New_York')", "2026-07-04T00:00:00.000-04:00")]
    [InlineData("date('2026-01-01T00:00:00+05:30[Asia/Kolkata]')", "2026-01-01T00:00:00.000+05:30")]
    [InlineData("fromSeconds(0, 'UTC')", "1970-01-01T00:00:00.000Z")]
    [InlineData("toZone($now, 'America/New_York')", "2026-03-10T17:15:30.250-04:00")]
    [InlineData("toZone($now, '+05:45')", "2026-03-11T03:00:30.250+05:45")]
    [InlineData("toZone($now, 'America/New_York').plus(1, 'hour')", "2026-03-10T18:15:30.250-04:00")]
    public void Dates_are_read_and_given_as_text(string source, string expected) => Expect.Gives(source, $"\"{expected}\"");

    [Theory]
    [InlineData("plus('2026-01-31', 1, 'month')", "2026-02-28T00:00:00.000+02:00")]
    [InlineData("plus('2024-02-29', 1, 'year')", "2025-02-28T00:00:00.000+02:00")]
    [InlineData("plus('2026-03-28T12:00', 1, 'day')", "2026-03-29T12:00:00.000+03:00")]
    [InlineData("plus('2026-03-28T12:00', 24, 'hours')", "2026-03-29T13:00:00.000+03:00")]
    [InlineData("plus('2026-03-28T03:30', 1, 'day')", "2026-03-29T04:30:00.000+03:00")]
    [InlineData("date('2026-10-25T03:30')", "2026-10-25T03:30:00.000+03:00")]
    [InlineData("plus('2026-10-25T03:30', 1, 'hour')", "2026-10-25T03:30:00.000+02:00")]
    [InlineData("startOf('2026-10-25T01:45:00Z', 'hour')", "2026-10-25T03:00:00.000+02:00")]
    [InlineData("$now.plus(6, 'months')", "2026-09-10T23:15:30.250+03:00")]
    [InlineData("minus('2026-03-31', {months: 1, days: 1})", "2026-02-27T00:00:00.000+02:00")]
    [InlineData("startOf('2026-03-10', 'week')", "2026-03-09T00:00:00.000+02:00")]
    [InlineData("startOf('2026-08-10', 'quarter')", "2026-07-01T00:00:00.000+03:00")]
    [InlineData("startOf('2026-08-10T10:20:30.5', 'year', 'UTC')", "2026-01-01T00:00:00.000Z")]
    [InlineData("endOf('2026-02-10', 'month')", "2026-02-28T23:59:59.999+02:00")]
    [InlineData("endOf('2026-03-29', 'day')", "2026-03-29T23:59:59.999+03:00")]
    public void Reckoning_follows_the_calendar_and_the_clock(string source, string expected) => Expect.Gives(source, $"\"{expected}\"");

    [Theory]
    [InlineData("diff('2026-03-10', '2026-03-01')", "9")]
    [InlineData("diff('2026-03-30', '2026-03-28', 'days')", "2")]
    [InlineData("diff('2026-03-30', '2026-03-28', 'hours')", "47")]
    [InlineData("diff('2026-03-15', '2026-02-15', 'months')", "1")]
    [InlineData("diff('2026-02-28', '2026-01-31', 'months')", "1")]
    [InlineData("diff('2026-01-31', '2026-02-28', 'month')", "-0.903225806")]
    [InlineData("diff('2027-06-01', '2026-03-01', 'quarters')", "5")]
    [InlineData("diff('2026-03-10T00:00:01.500', '2026-03-10', 'seconds')", "1.5")]
    [InlineData("weekday('2026-03-10') + weekday('2026-03-15')", "9")]
    [InlineData("isWeekend('2026-03-14')", "true")]
    [InlineData("datePart('2026-03-10', 'week') * 1000 + datePart($now, 'hour', 'UTC')", "11021")]
    [InlineData("isBefore('2026-03-10T12:00+02:00', '2026-03-10T12:00+01:00')", "true")]
    [InlineData("isAfter($now, $today)", "true")]
    [InlineData("isBetween('2026-03-10', '2026-03-10', '2026-03-11')", "true")]
    [InlineData("toMillis($now) == now()", "true")]
    [InlineData("toSeconds('1970-01-02T00:00Z')", "86400")]
    [InlineData("[isDate('2026-02-29'), isDate('2024-02-29'), isDate('soon'), isDate(0)]", "[false,true,false,true]")]
    public void Figures_of_dates(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss.SSS", "2026-03-10 23:15:30.250")]
    [InlineData("d.M.yy h:mm a", "10.3.26 11:15 PM")]
    [InlineData("EEE, d MMM yyyy HH:mm:ss ZZZ", "Tue, 10 Mar 2026 23:15:30 +0200")]
    [InlineData("EEEE 'the' d 'of' MMMM", "Tuesday the 10 of March")]
    [InlineData("yyyy-'W'WW-c", "2026-W11-2")]
    [InlineData("o q X x", "69 1 1773177330 1773177330250")]
    [InlineData("z ZZ Z", "Europe/Kyiv +02:00 +2")]
    [InlineData("HH''mm", "23'15")]
    public void Dates_are_written_by_patterns(string pattern, string expected)
        => Assert.Equal(expected, Expression.Compile($"formatDate($now, $config.pattern)").Evaluate(Expect.Scope with { Config = JsonData.Object(("pattern", pattern)) }).Text);

    [Fact]
    public void What_a_pattern_writes_it_reads_again()
    {
        foreach (var pattern in new[] { "yyyy-MM-dd'T'HH:mm:ss.SSSZZ", "EEEE, d MMMM yyyy hh:mm:ss a SSS ZZZ", "d/M/yyyy H:m:s.SSS" })
        {
            Expect.Gives($"$now.formatDate(\"{pattern}\").date(\"{pattern}\")", "\"2026-03-10T23:15:30.250+02:00\"");
        }
    }

    [Theory]
    [InlineData("plus('2026-03-10', 1e9, 'years')")]
    [InlineData("plus('9999-12-31', 1, 'day')")]
    [InlineData("minus('0001-01-01', 1, 'millisecond')")]
    [InlineData("endOf('9999-12-31', 'year')")]
    [InlineData("startOf('soon', 'day')")]
    [InlineData("date('2026-13-01')")]
    [InlineData("date('2026-02-30')")]
    [InlineData("date('2026-03-10T25:00')")]
    [InlineData("date('31.02.2026', 'dd.MM.yyyy')")]
    [InlineData("date(1e300)")]
    [InlineData("diff('x', 'y')")]
    [InlineData("date('0001-01-01T00:00:00+14:00')")]
    public void What_is_no_date_is_null(string source) => Expect.Gives(source, "null");

    [Theory]
    [InlineData("toZone($now, 'Mars/Olympus')", "IANA")]
    [InlineData("toZone($now, '../../../etc/passwd')", "IANA")]
    [InlineData("toZone($now, '/etc/localtime')", "IANA")]
    [InlineData("plus($now, 1, 'fortnight')", "weeks")]
    [InlineData("datePart($now, 'era')", "quarter")]
    [InlineData("formatDate($now, 'era')", "single quotes")]
    public void A_mistake_says_what_there_is(string source, string told)
        => Assert.Contains(told, Assert.Throws<ExpressionException>(() => Expression.Compile(source).Evaluate(Expect.Scope)).Message, StringComparison.Ordinal);

    [Fact]
    public void Edges_and_steps_agree_with_the_zones_own_clock_on_every_day_of_a_decade()
    {
        foreach (var name in new[] { "Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "UTC" })
        {
            var zone = Zones.Find(name)!;
            for (var day = new DateTime(2010, 1, 1); day.Year < 2020; day = day.AddDays(1))
            {
                var noon = Calendar.At(day.AddHours(12), zone);
                var start = Calendar.StartOf(noon, TimeUnit.Day, zone);
                Assert.Equal(zone.GetUtcOffset(noon), noon.Offset);
                Assert.Equal(zone.GetUtcOffset(start), start.Offset);
                Assert.True(start <= noon, $"{name} {day:d}");

                // A day that clocks skip whole (Apia, 2011-12-30) has no noon of its own; every other does.
                if (noon.Date == day)
                {
                    Assert.Equal(day, start.Date);
                    var next = Calendar.Add(noon, 1, TimeUnit.Day, zone)!.Value;
                    Assert.True((next - noon).TotalHours is >= 22 and <= 26, $"{name} {day:d}: {noon:O} {next:O}");
                    Assert.Equal((next.Date - noon.Date).TotalDays, Calendar.Between(noon, next, TimeUnit.Day, zone), 0.001);
                }
            }
        }
    }
}
