using System.Globalization;

namespace AiTeams.WorkflowEngine.Core.Expressions.Dates;

/// <summary>Time zones by their IANA name, <c>UTC</c>, or a fixed offset such as <c>+02:00</c>.</summary>
public static class Zones
{
    private const int MaxName = 64;

    /// <summary>Null when there is no such zone.</summary>
    public static TimeZoneInfo? Find(string name)
    {
        if (name.Length is 0 or > MaxName)
        {
            return null;
        }

        if (name is "UTC" or "utc" or "Z")
        {
            return TimeZoneInfo.Utc;
        }

        if (name[0] is '+' or '-')
        {
            return DateReader.ReadOffset(name) is { } offset ? Fixed(offset) : null;
        }

        // The name becomes a path below the zone files: nothing but a name may get there.
        return char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '+' or '/')
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : null;
    }

    public static TimeZoneInfo Fixed(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
        {
            return TimeZoneInfo.Utc;
        }

        var name = (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
        return TimeZoneInfo.CreateCustomTimeZone(name, offset, name, name);
    }
}
