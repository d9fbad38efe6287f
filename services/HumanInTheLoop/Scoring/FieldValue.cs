using System.Globalization;
using System.Text.RegularExpressions;
using AiTeams.HumanInTheLoop.Scoring.Text;

namespace AiTeams.HumanInTheLoop.Scoring;

/// <summary>Values of fields out of a few words. Null is what cannot be read, reads in two ways or breaks the field's bounds.</summary>
internal static class FieldValue
{
    private static readonly string[][] Months =
    [
        ["jan", "ene", "gen", "sty", "янв", "oca", "janv"], ["feb", "fev", "lut", "фев", "sub", "fevr"], ["mar", "maa", "мар", "mrt", "mars"], ["apr", "abr", "avr", "kwi", "апр", "nis"],
        ["may", "mai", "mag", "mei", "maj", "ма"], ["jun", "giu", "cze", "июн", "haz", "juin"], ["jul", "lug", "lip", "июл", "tem", "juil"], ["aug", "ago", "aou", "sie", "авг"],
        ["sep", "set", "wrz", "сен", "eyl"], ["oct", "okt", "ott", "out", "paz", "окт", "eki"], ["nov", "lis", "ноя", "kas"], ["dec", "dez", "dic", "gru", "дек", "ara"],
    ];

    // Not backtracking: a text made for it must not cost more than its length.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    private static readonly Regex Numbers = new(@"(?<sign>(?:^|\s)-)?(?<digits>\d{1,3}(?: \d{3})+|\d[\d.,]{0,20}\d|\d)(?:\s?(?<thousand>k)\b)?", Linear);

    private static readonly Regex Emails = new(@"(?<local>[A-Za-z0-9._%+\-]{1,64})@(?<domain>[A-Za-z0-9\-]{1,63}(\.[A-Za-z0-9\-]{1,63}){1,8})", Linear);

    private static readonly Regex Dates = new(string.Join('|',
        @"(?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})",
        @"(?<y>\d{4})年\s?(?<m>\d{1,2})月\s?(?<d>\d{1,2})日",
        @"(?<d>\d{1,2})\.\s?(?<m>\d{1,2})\.\s?(?<y>\d{4})",
        @"(?<slash>(?<d>\d{1,2})/(?<m>\d{1,2})/(?<y>\d{4}))",
        @"(?<d>\d{1,2})(st|nd|rd|th|\.|er)?\s(de |of )?(?<name>\p{L}{2,12})\.?,?\s(de )?(?<y>\d{4})",
        @"(?<name>\p{L}{3,12})\.?\s(?<d>\d{1,2})(st|nd|rd|th)?,?\s(?<y>\d{4})"), Linear);

    /// <summary>The value as it is stored: a decimal, a date as YYYY-MM-DD, an option's value, or the text.</summary>
    public static object? Read(InputField field, string text) => field.FieldType switch
    {
        "number" => Number(text) is { } number && InBounds(field, number) ? number : null,
        "email" => Email(text),
        "date" => Date(text),
        "select" => ReadSelection.Named(field.Options, Folding.Fold(text)) is [var only] ? field.Options[only].Value : null,
        _ => text.Trim() is { Length: > 0 } written && InBounds(field, written.Length) ? written : null,
    };

    private static bool InBounds(InputField field, decimal size) => (field.Min is null || size >= field.Min) && (field.Max is null || size <= field.Max);

    /// <summary>The one number of a text: 1,200.50 and 1.200,50 and 1 200 and 5k. A mark before exactly three digits parts thousands.</summary>
    public static decimal? Number(string text)
    {
        var folded = Folding.Fold(text);
        var found = Numbers.Matches(folded).Select(match => Parse(match)).Distinct().ToList();
        return found is [{ } number] ? number : null;
    }

    private static decimal? Parse(Match match)
    {
        var digits = match.Groups["digits"].Value.Replace(" ", "", StringComparison.Ordinal);
        var mark = digits.LastIndexOfAny(['.', ',']);
        if (mark >= 0)
        {
            var single = digits.IndexOfAny(['.', ',']) == mark;
            var thousands = digits.Length - mark == 4 && digits[0] != '0' && (single || digits.Count(letter => letter == digits[mark]) > 1);
            var whole = digits[..mark].Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
            digits = thousands ? whole + digits[(mark + 1)..] : $"{whole}.{digits[(mark + 1)..]}";
        }

        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number * (match.Groups["thousand"].Success ? 1000 : 1) * (match.Groups["sign"].Success ? -1 : 1)
            : null;
    }

    /// <summary>The one address of a text, with its domain in small letters.</summary>
    public static string? Email(string text)
    {
        var found = Emails.Matches(text).Select(match => match.Groups["local"].Value + "@" + match.Groups["domain"].Value.ToLowerInvariant()).Distinct().ToList();
        return found is [var address] ? address : null;
    }

    /// <summary>A day with its year: ISO, 15.07.2026, 1 April 2026, April 1st 2026, 2026年4月10日. 03/04/2026 is one of two days, and so none.</summary>
    public static string? Date(string text)
    {
        var folded = Folding.Fold(text);
        var days = Dates.Matches(folded).Select(Day).Distinct().ToList();
        return days is [{ } day] ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
    }

    private static DateOnly? Day(Match match)
    {
        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
        var month = match.Groups["name"] is { Success: true } name ? MonthOf(name.Value) : Part("m");
        var (year, day) = (Part("y"), Part("d"));
        if (match.Groups["slash"].Success && month <= 12 && day <= 12 && month != day)
        {
            return null;
        }

        (month, day) = match.Groups["slash"].Success && month > 12 ? (day, month) : (month, day);
        return year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
    }

    private static int MonthOf(string word)
    {
        var best = Months.Select((starts, at) => (Month: at + 1, Length: starts.Where(start => word.StartsWith(start, StringComparison.Ordinal)).Select(start => start.Length).DefaultIfEmpty().Max()))
            .MaxBy(one => one.Length);
        return best.Length == 0 ? 0 : best.Month;
    }
}
