using System.Globalization;

namespace AiTeams.WorkflowEngine.Core.Expressions.Dates;

/// <summary>Reads a text by the same patterns <see cref="DateText"/> writes by.</summary>
internal static class DatePattern
{
    /// <summary>Null when the text is not written that way, or there is no such day.</summary>
    public static (DateTimeOffset Moment, TimeZoneInfo Zone)? Read(string text, string pattern, TimeZoneInfo zone)
    {
        int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
        bool? afternoon = null;
        TimeSpan? offset = null;
        var at = 0;
        for (var next = 0; next < pattern.Length;)
        {
            var letter = pattern[next];
            var begin = next;
            if (letter == '\'')
            {
                var close = pattern.IndexOf('\'', next + 1);
                close = close < 0 ? pattern.Length : close;
                var literal = close == next + 1 ? "'" : pattern[(next + 1)..close];
                if (!Literal(text, literal, ref at))
                {
                    return null;
                }

                next = close + 1;
                continue;
            }

            while (next < pattern.Length && pattern[next] == letter)
            {
                next++;
            }

            var count = next - begin;
            var isRead = (letter, count) switch
            {
                ('y', 2) => Number(text, 2, 2, ref at, out year) && (year += year < 70 ? 2000 : 1900) > 0,
                ('y' or 'Y', _) => Number(text, count == 4 ? 4 : 1, 4, ref at, out year),
                ('M' or 'L', 3) => Name(text, CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames, ref at, out month),
                ('M' or 'L', 4) => Name(text, CultureInfo.InvariantCulture.DateTimeFormat.MonthNames, ref at, out month),
                ('M' or 'L', <= 2) => Number(text, count, 2, ref at, out month),
                ('d' or 'D', <= 2) => Number(text, count, 2, ref at, out day),
                ('E' or 'c' or 'd', 3) => Name(text, CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedDayNames, ref at, out _),
                ('E' or 'c' or 'd', 4) => Name(text, CultureInfo.InvariantCulture.DateTimeFormat.DayNames, ref at, out _),
                ('H' or 'h', <= 2) => Number(text, count, 2, ref at, out hour),
                ('m', <= 2) => Number(text, count, 2, ref at, out minute),
                ('s', <= 2) => Number(text, count, 2, ref at, out second),
                ('S' or 'f', 3) => Number(text, 3, 3, ref at, out millisecond),
                ('a' or 't', <= 2) => Half(text, ref at, out afternoon),
                ('Z', _) => Offset(text, ref at, out offset),
                ('T', 1) => Literal(text, "T", ref at),
                _ => !char.IsAsciiLetter(letter) && Literal(text, pattern[begin..next], ref at),
            };
            if (!isRead)
            {
                return null;
            }
        }

        hour = afternoon is { } isAfternoon ? (hour % 12) + (isAfternoon ? 12 : 0) : hour;
        if (at != text.Length || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return null;
        }

        var local = new DateTime(year, month, day, hour, minute, second, millisecond);
        return offset is not { } said ? (Calendar.At(local, zone), zone)
            : Calendar.TryMoment(local, said, out var moment) ? (Calendar.In(moment, zone), zone)
            : null;
    }

    private static bool Number(string text, int fewest, int most, ref int at, out int value)
    {
        var begin = at;
        while (at < text.Length && at - begin < most && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return int.TryParse(text.AsSpan(begin, at - begin), NumberStyles.None, CultureInfo.InvariantCulture, out value) && at - begin >= fewest;
    }

    private static bool Name(string text, string[] names, ref int at, out int number)
    {
        for (number = 1; number <= names.Length; number++)
        {
            var name = names[number - 1];
            if (name.Length > 0 && string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                at += name.Length;
                return true;
            }
        }

        return false;
    }

    private static bool Half(string text, ref int at, out bool? afternoon)
    {
        afternoon = string.Compare(text, at, "PM", 0, 2, StringComparison.OrdinalIgnoreCase) == 0;
        var isThere = afternoon.Value || string.Compare(text, at, "AM", 0, 2, StringComparison.OrdinalIgnoreCase) == 0;
        at += isThere ? 2 : 0;
        return isThere;
    }

    private static bool Offset(string text, ref int at, out TimeSpan? offset)
    {
        var begin = at;
        if (at < text.Length && text[at] is 'Z' or 'z')
        {
            at++;
            offset = TimeSpan.Zero;
            return true;
        }

        while (at < text.Length && at - begin < 6 && (text[at] is '+' or '-' or ':' || char.IsAsciiDigit(text[at])))
        {
            at++;
        }

        offset = DateReader.ReadOffset(text.AsSpan(begin, at - begin));
        return offset is not null;
    }

    private static bool Literal(string text, string literal, ref int at)
    {
        var isThere = string.CompareOrdinal(text, at, literal, 0, literal.Length) == 0;
        at += isThere ? literal.Length : 0;
        return isThere;
    }
}
