namespace AiTeams.Scheduler.Tests.Schedules;

/// <summary>Writes expressions at random, often ones that are due in the hours in which clocks are changed.</summary>
internal sealed class ExpressionSource(int seed)
{
    private static readonly string[] Months = ["jan", "Feb", "MAR", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Weekdays = ["sun", "Mon", "tue", "WED", "thu", "fri", "sat"];

    private readonly Random _random = new(seed);

    public string Next(bool withSeconds)
    {
        var minute = Field(0, 59, () => _random.Next(3) == 0 ? "0" : $"{_random.Next(60)}");
        var hour = Field(0, 23, () => $"{_random.Next(_random.Next(3) == 0 ? 24 : 4)}");
        var day = Chance(2) ? "*" : Chance(8) ? "L" : Chance(8) ? $"{_random.Next(1, 29)},L" : Field(1, 31, () => $"{_random.Next(1, 32)}");
        var month = Chance(2) ? "*" : Field(1, 12, () => Chance(2) ? Months[_random.Next(12)] : $"{_random.Next(1, 13)}");
        var weekday = Chance(2) ? "*" : Weekday();
        var fields = $"{minute} {hour} {day} {month} {weekday}";
        return withSeconds ? $"{Field(0, 59, () => $"{_random.Next(60)}")} {fields}" : fields;
    }

    private string Weekday() => _random.Next(8) switch
    {
        0 => $"{_random.Next(8)}L",
        1 => $"{Weekdays[_random.Next(7)]}L",
        2 => $"{_random.Next(8)}#{_random.Next(1, 6)}",
        3 => $"{Weekdays[_random.Next(7)]}#{_random.Next(1, 6)},{_random.Next(8)}",
        4 => $"{Weekdays[_random.Next(1, 7)]}-sun",
        _ => Field(0, 6, () => Chance(2) ? Weekdays[_random.Next(7)] : $"{_random.Next(8)}"),
    };

    private string Field(int first, int last, Func<string> one) => _random.Next(9) switch
    {
        0 or 1 => "*",
        2 => $"*/{_random.Next(1, last + 1)}",
        3 => Range(first, last),
        4 => $"{Range(first, last)}/{_random.Next(1, 13 > last ? last : 13)}",
        5 => $"{_random.Next(first, last + 1)}/{_random.Next(1, last + 1)}",
        6 => $"{one()},{one()},{Range(first, last)}",
        _ => one(),
    };

    private string Range(int first, int last)
    {
        var from = _random.Next(first, last);
        return $"{from}-{_random.Next(from, last + 1)}";
    }

    private bool Chance(int of) => _random.Next(of) == 0;
}
