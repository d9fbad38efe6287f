using System.Globalization;
using System.Text;

namespace AiTeams.WorkflowEngine.Core.Expressions.Dates;

/// <summary>
/// Writes a moment: in ISO 8601, or by a pattern of letters as Luxon (and so n8n) reads it. Letters in single quotes stand for
/// themselves, and so does every character that is no letter. Names of months and days are English.
/// </summary>
internal static class DateText
{
    private static readonly DateTimeFormatInfo Names = CultureInfo.InvariantCulture.DateTimeFormat;

    public static string Iso(DateTimeOffset moment, TimeZoneInfo zone) =>
        moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture)
        + (moment.Offset == TimeSpan.Zero && zone == TimeZoneInfo.Utc ? "Z" : Offset(moment, ":"));

    /// <exception cref="ExpressionException">A letter that means nothing stands outside quotes.</exception>
    public static string Write(DateTimeOffset moment, TimeZoneInfo zone, string pattern, int position)
    {
        var text = new StringBuilder(pattern.Length + 16);
        for (var at = 0; at < pattern.Length;)
        {
            var letter = pattern[at];
            if (letter == '\'')
            {
                var close = pattern.IndexOf('\'', at + 1);
                close = close < 0 ? pattern.Length : close;
                text.Append(close == at + 1 ? "'" : pattern[(at + 1)..close]);
                at = close + 1;
                continue;
            }

            var end = at + 1;
            while (end < pattern.Length && pattern[end] == letter)
            {
                end++;
            }

            text.Append(char.IsAsciiLetter(letter) ? Part(moment, zone, letter, end - at, position) : pattern[at..end]);
            at = end;
        }

        return text.ToString();
    }

    private static string Part(DateTimeOffset moment, TimeZoneInfo zone, char letter, int count, int position)
    {
        var day = moment.DateTime;
        return (letter, count) switch
        {
            ('y', 2) => Digits(day.Year % 100, 2),
            ('y' or 'Y', _) => Digits(day.Year, count == 4 ? 4 : 1),
            ('M' or 'L', 3) => Names.GetAbbreviatedMonthName(day.Month),
            ('M' or 'L', 4) => Names.GetMonthName(day.Month),
            ('M' or 'L', <= 2) => Digits(day.Month, count),
            ('d' or 'D', <= 2) => Digits(day.Day, count),
            ('d', 3) or ('E' or 'c', 3) => Names.GetAbbreviatedDayName(day.DayOfWeek),
            ('d', 4) or ('E' or 'c', 4) => Names.GetDayName(day.DayOfWeek),
            ('E' or 'c', 1) => Digits(Calendar.Weekday(day), 1),
            ('H', <= 2) => Digits(day.Hour, count),
            ('h', <= 2) => Digits(day.Hour % 12 == 0 ? 12 : day.Hour % 12, count),
            ('m', <= 2) => Digits(day.Minute, count),
            ('s', <= 2) => Digits(day.Second, count),
            ('S' or 'f', 3) => Digits(day.Millisecond, 3),
            ('a' or 't', <= 2) => day.Hour < 12 ? "AM" : "PM",
            ('Z', 1) => Offset(moment, null),
            ('Z', 2) or ('X', 3) or ('x', 3) => Offset(moment, ":"),
            ('Z', 3) => Offset(moment, ""),
            ('z', _) => zone.Id,
            ('o', <= 3) => Digits(day.DayOfYear, count),
            ('q', 1) => Digits(((day.Month - 1) / 3) + 1, 1),
            ('W', <= 2) => Digits(ISOWeek.GetWeekOfYear(day), count),
            ('k', 4) => Digits(ISOWeek.GetYear(day), 4),
            ('X', 1) => moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ('x', 1) => moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ('T', 1) => "T",
            _ => throw new ExpressionException(
                $"'{new string(letter, Math.Min(count, 10))}' means nothing in a date pattern; letters that stand for themselves go in single quotes.", position),
        };
    }

    /// <summary><c>+02:00</c>, <c>+0200</c>, or without a separator at all the shortest form, <c>+2</c>.</summary>
    private static string Offset(DateTimeOffset moment, string? separator)
    {
        var offset = moment.Offset.Duration();
        var sign = moment.Offset < TimeSpan.Zero ? "-" : "+";
        return separator is null
            ? sign + Digits(offset.Hours, 1) + (offset.Minutes == 0 ? "" : ":" + Digits(offset.Minutes, 2))
            : sign + Digits(offset.Hours, 2) + separator + Digits(offset.Minutes, 2);
    }

    private static string Digits(int value, int count) => value.ToString($"D{count}", CultureInfo.InvariantCulture);
}
