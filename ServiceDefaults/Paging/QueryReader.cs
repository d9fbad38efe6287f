using System.Globalization;
using AiTeams.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace AiTeams.ServiceDefaults.Paging;

/// <summary>
/// Reads a list's query parameters by hand: binding would answer the first bad one with a bare 400, this names all of them
/// at once. Read everything, then call <see cref="ThrowIfInvalid"/>.
/// </summary>
public sealed class QueryReader(IQueryCollection query)
{
    private readonly List<Problem> _problems = [];

    public int Limit(int usual = 20, int highest = 100) => Number("limit", 1, highest) ?? usual;

    public string? Text(string name, int longest = 255)
    {
        var text = Value(name);
        if (text is null || (text.Length <= longest && !text.Contains('\0', StringComparison.Ordinal)))
        {
            return text;
        }
        return Refuse<string?>(name, $"{name} must be at most {longest} characters of text.", null);
    }

    public bool? Flag(string name) => Value(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => Refuse<bool?>(name, $"{name} must be true or false.", null),
    };

    public Guid? Id(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        return Guid.TryParseExact(text, "D", out var id) ? id : Refuse<Guid?>(name, $"{name} must be an id (a UUID).", null);
    }

    public int? Number(string name, int lowest, int highest)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= lowest && number <= highest
            ? number
            : Refuse<int?>(name, $"{name} must be a whole number from {lowest} to {highest}.", null);
    }

    /// <summary>One or several of the allowed words, in any case, separated by commas.</summary>
    public string[]? Words(string name, params IReadOnlyList<string> allowed)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        var words = Array.ConvertAll(text.Split(',', StringSplitOptions.TrimEntries), word => word.ToUpperInvariant());
        return words.All(allowed.Contains)
            ? words
            : Refuse<string[]?>(name, $"{name} must be one or several, separated by commas, of: {string.Join(", ", allowed)}.", null);
    }

    /// <summary>A moment as RFC 3339 or, as the stored times are, epoch milliseconds.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
        // A "+" in a query string arrives as a space; an offset such as +02:00 is meant.
        return DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            && text.Contains('T', StringComparison.Ordinal)
            ? moment.ToUniversalTime()
            : Refuse<DateTimeOffset?>(name, $"{name} must be a time such as 2026-01-31T12:00:00Z, or epoch milliseconds.", null);
    }

    public (long First, Guid Second)? Cursor(string list)
    {
        if (Value("cursor") is not { } text)
        {
            return null;
        }
        return Paging.Cursor.TryRead(text, list, out var first, out var second)
            ? (first, second)
            : Refuse<(long, Guid)?>("cursor", UnknownCursor, null);
    }

    public long? Position(string list)
    {
        if (Value("cursor") is not { } text)
        {
            return null;
        }
        return Paging.Cursor.TryRead(text, list, out var position) ? position : Refuse<long?>("cursor", UnknownCursor, null);
    }

    public void ThrowIfInvalid()
    {
        if (_problems.Count > 0)
        {
            throw Problems.Validation(_problems);
        }
    }

    private const string UnknownCursor = "cursor must be the next_cursor of an earlier page of this list, unchanged.";

    /// <summary>An empty parameter counts as absent: that is what a cleared filter field sends.</summary>
    private string? Value(string name)
    {
        var values = query[name];
        if (values.Count > 1)
        {
            return Refuse<string?>(name, $"{name} is given more than once.", null);
        }
        return values.Count == 0 || string.IsNullOrEmpty(values[0]) ? null : values[0];
    }

    private T Refuse<T>(string name, string message, T instead)
    {
        _problems.Add(new Problem("invalid_query_parameter", message, $"/query/{name}"));
        return instead;
    }
}
