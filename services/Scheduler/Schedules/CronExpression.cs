namespace AiTeams.Scheduler.Schedules;

/// <summary>
/// Reads Unix cron: minute, hour, day of month, month, day of week; with six fields the first is the second; or one of @yearly, @annually,
/// @monthly, @weekly, @daily, @midnight, @hourly.
/// </summary>
/// <remarks>
/// Quartz 4.7.3 has a reader for this form (CronFormat.Unix). It is not used here: it refuses six
/// fields and lists with #, takes 1-31/2 for unrestricted, accepts ?, W and backward ranges, cannot say at which place of which field something is
/// wrong, and where an hour is skipped it makes up for a run of an hourly schedule half an hour before the next one.
/// </remarks>
internal static class CronExpression
{
    /// <summary>As long as a key in trigger_index may be.</summary>
    internal const int Longest = 255;

    private static readonly CronField[] Fields = [CronField.Minute, CronField.Hour, CronField.DayOfMonth, CronField.Month, CronField.DayOfWeek];

    private static readonly CronField[] FieldsWithSeconds = [CronField.Second, .. Fields];

    /// <summary>The calendar, or every problem there is.</summary>
    public static (CronCalendar? Calendar, IReadOnlyList<ScheduleProblem> Problems) Read(string text)
    {
        if (text.Length > Longest)
        {
            return Refused($"The expression is longer than {Longest} characters", Longest);
        }

        var words = Words(text);
        if (words.Count == 1 && words[0].Text.StartsWith('@'))
        {
            return OfNickname(words[0].Text) is { } expression
                ? Read(expression)
                : Refused($"{words[0].Text} is none of @yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly", words[0].Position);
        }

        if (words.Count is not (5 or 6))
        {
            return Refused(
                $"The expression has {words.Count} fields instead of five (minute, hour, day of month, month, day of week) or six (the second before them)",
                words.Count > FieldsWithSeconds.Length ? words[FieldsWithSeconds.Length].Position : text.Length);
        }

        var fields = words.Count == Fields.Length ? Fields : FieldsWithSeconds;
        var read = words.Select((word, at) => new CronFieldReader(fields[at], word.Position).Read(word.Text)).ToList();
        var problems = read.SelectMany(field => field.Problems).ToList();
        return problems.Count > 0 ? (null, problems) : (Calendar([.. read]), problems);
    }

    private static CronCalendar Calendar(CronFieldReader[] read)
    {
        var second = read.Length == FieldsWithSeconds.Length ? read[0] : null;
        var (minute, hour, day, month, weekday) = (read[^5], read[^4], read[^3], read[^2], read[^1]);
        return new CronCalendar
        {
            Seconds = second?.Numbers ?? 1,
            Minutes = minute.Numbers,
            Hours = hour.Numbers,
            Days = day.Numbers,
            IncludesLastDay = day.LastDay,
            Months = month.Numbers,
            Weekdays = weekday.Numbers,
            LastWeekdays = weekday.LastWeekdays,
            NthWeekdays = weekday.NthWeekdays,
            NeedsBothDays = day.HasStar || weekday.HasStar,
            IsEveryHour = hour.HasStar,
            IsInterval = hour.HasStar || minute.HasStar || second is { HasStar: true },
        };
    }

    private static List<(string Text, int Position)> Words(string text)
    {
        var words = new List<(string, int)>();
        for (var at = 0; at < text.Length; at++)
        {
            if (IsBlank(text[at]))
            {
                continue;
            }

            var from = at;
            while (at < text.Length && !IsBlank(text[at]))
            {
                at++;
            }

            words.Add((text[from..at], from));
        }

        return words;
    }

    private static bool IsBlank(char letter) => letter is ' ' or '\t';

    private static string? OfNickname(string nickname) => nickname.ToUpperInvariant() switch
    {
        "@YEARLY" or "@ANNUALLY" => "0 0 1 1 *",
        "@MONTHLY" => "0 0 1 * *",
        "@WEEKLY" => "0 0 * * 0",
        "@DAILY" or "@MIDNIGHT" => "0 0 * * *",
        "@HOURLY" => "0 * * * *",
        _ => null,
    };

    private static (CronCalendar?, IReadOnlyList<ScheduleProblem>) Refused(string message, int position) =>
        (null, [new ScheduleProblem(ScheduleFault.Expression, message, Position: position)]);
}
