using System.Globalization;
using AiTeams.WorkflowEngine.Core.Data;

namespace AiTeams.WorkflowEngine.Core.Expressions.Dates;

/// <summary>
/// Reads a point in time: a number of milliseconds since 1970, or a text in ISO 8601 (a date, or a date with a time, with or without
/// an offset), RFC 2822, or <c>yyyyMMdd</c>. What has no offset is meant in the given zone.
/// </summary>
internal static class DateReader
{
    private static readonly string[] MailFormats =
    [
        "ddd, d MMM yyyy HH:mm:ss zzz", "ddd, d MMM yyyy HH:mm zzz", "d MMM yyyy HH:mm:ss zzz", "ddd, d MMM yyyy HH:mm:ss 'GMT'", "ddd, d MMM yyyy HH:mm:ss 'UTC'",
    ];

    /// <summary>
    /// The moment and the zone to reckon in: the given one, unless a text names an offset that is another than the zone's at that
    /// moment. Null when it is no date.
    /// </summary>
    public static (DateTimeOffset Moment, TimeZoneInfo Zone)? Read(JsonData value, TimeZoneInfo zone)
    {
        if (value.TryGetNumber(out var milliseconds))
        {
            return OfMilliseconds(milliseconds) is { } moment ? (Calendar.In(moment, zone), zone) : null;
        }

        return value.Text is { Length: > 0 and < 64 } text ? ReadText(text.Trim(), zone) : null;
    }

    /// <summary><c>+02:00</c>, <c>+0200</c> or <c>+02</c>; null for anything else.</summary>
    public static TimeSpan? ReadOffset(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] is not ('+' or '-') || !Digits(text.Slice(1, 2), out var hours))
        {
            return null;
        }

        var rest = text[3..];
        rest = rest.Length > 0 && rest[0] == ':' ? rest[1..] : rest;
        var minutes = 0;
        if (hours > 14 || (text.Length > 3 && (rest.Length != 2 || !Digits(rest, out minutes) || minutes > 59)))
        {
            return null;
        }

        var offset = new TimeSpan(hours, minutes, 0);
        return offset > TimeSpan.FromHours(14) ? null : text[0] == '-' ? -offset : offset;
    }

    public static DateTimeOffset? OfMilliseconds(double milliseconds) =>
        milliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : null;

    private static (DateTimeOffset, TimeZoneInfo)? ReadText(string text, TimeZoneInfo zone)
    {
        if (ReadIso(text, zone) is { } read)
        {
            return read;
        }

        foreach (var format in MailFormats)
        {
            if (DateTimeOffset.TryParseExact(
                text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var moment))
            {
                return Place(moment, zone, saysOffset: format.EndsWith("zzz", StringComparison.Ordinal));
            }
        }

        return text.Length is 8 && DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? (Calendar.At(day, zone), zone)
            : null;
    }

    private static (DateTimeOffset, TimeZoneInfo)? ReadIso(string text, TimeZoneInfo zone)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !DateTime.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return null;
        }

        if (text.Length == 10)
        {
            return (Calendar.At(date, zone), zone);
        }

        if (text[10] is not ('T' or 't' or ' ') || ReadTime(text.AsSpan(11), out var used) is not { } time)
        {
            return null;
        }

        var rest = text.AsSpan(11 + used).Trim();
        // A zone in brackets (RFC 9557) says where the offset comes from.
        if (rest.IndexOf('[') is >= 0 and var bracket && rest[^1] == ']')
        {
            zone = Zones.Find(rest[(bracket + 1)..^1].ToString()) ?? zone;
            rest = rest[..bracket];
        }

        // 24:00 is the midnight that ends the day; the last moment there is has no day after.
        if (DateTime.MaxValue - date < time)
        {
            return null;
        }

        var local = date + time;
        return rest.IsEmpty ? (Calendar.At(local, zone), zone)
            : rest is "Z" or "z" ? Place(new DateTimeOffset(local, TimeSpan.Zero), zone, saysOffset: false)
            : ReadOffset(rest) is { } offset && Calendar.TryMoment(local, offset, out var moment) ? Place(moment, zone, saysOffset: true)
            : null;
    }

    /// <summary><c>HH:mm</c>, <c>HH:mm:ss</c>, with a fraction of any length; <c>HHmm</c> too.</summary>
    private static TimeSpan? ReadTime(ReadOnlySpan<char> text, out int used)
    {
        used = 0;
        if (text.Length < 5 || !Digits(text[..2], out var hours) || text[2] != ':' || !Digits(text.Slice(3, 2), out var minutes)
            || hours > 24 || minutes > 59 || (hours == 24 && minutes > 0))
        {
            return null;
        }

        used = 5;
        var time = new TimeSpan(hours, minutes, 0);
        if (text.Length < 8 || text[5] != ':')
        {
            return time;
        }

        if (!Digits(text.Slice(6, 2), out var seconds) || seconds > 59 || hours == 24)
        {
            return null;
        }

        used = 8;
        long ticks = 0;
        if (text.Length > 9 && text[8] is '.' or ',')
        {
            for (used = 9; used < text.Length && char.IsAsciiDigit(text[used]); used++)
            {
                ticks = used < 16 ? (ticks * 10) + (text[used] - '0') : ticks;
            }

            for (var digit = used; digit < 16; digit++)
            {
                ticks *= 10;
            }
        }

        return time + TimeSpan.FromSeconds(seconds) + TimeSpan.FromTicks(ticks);
    }

    private static (DateTimeOffset, TimeZoneInfo) Place(DateTimeOffset moment, TimeZoneInfo zone, bool saysOffset) =>
        !saysOffset || zone.GetUtcOffset(moment) == moment.Offset ? (Calendar.In(moment, zone), zone) : (moment, Zones.Fixed(moment.Offset));

    private static bool Digits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit(letter))
            {
                return false;
            }

            value = (value * 10) + (letter - '0');
        }

        return text.Length > 0;
    }
}
