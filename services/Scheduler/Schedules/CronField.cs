namespace AiTeams.Scheduler.Schedules;

/// <summary>One of an expression's fields: what it counts, and the words that stand for its numbers.</summary>
/// <param name="Last">The highest number that may be written; for weekdays that is 7, Sunday's second number.</param>
/// <param name="Names">The first stands for <paramref name="First"/>.</param>
internal sealed record CronField(string Name, int First, int Last, params IReadOnlyList<string> Names)
{
    public static CronField Second { get; } = new("second", 0, 59);

    public static CronField Minute { get; } = new("minute", 0, 59);

    public static CronField Hour { get; } = new("hour", 0, 23);

    public static CronField DayOfMonth { get; } = new("day of month", 1, 31);

    public static CronField Month { get; } = new("month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

    public static CronField DayOfWeek { get; } = new("day of week", 0, 7, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    /// <summary>The number a word or a numeral stands for, or null when it stands for none.</summary>
    public int? NumberOf(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < Names.Count; at++)
        {
            if (text.Equals(Names[at], StringComparison.OrdinalIgnoreCase))
            {
                return First + at;
            }
        }

        return NumeralOf(text) is { } number && number >= First && number <= Last ? number : null;
    }

    /// <summary>Digits only: no sign, no space, no other script's.</summary>
    public static int? NumeralOf(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 4 && !text.ContainsAnyExceptInRange('0', '9') ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
}
