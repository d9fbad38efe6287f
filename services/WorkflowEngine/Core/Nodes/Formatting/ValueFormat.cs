using AiTeams.WorkflowEngine.Core.Data;
using AiTeams.WorkflowEngine.Core.Expressions;
using AiTeams.WorkflowEngine.Core.Expressions.Dates;
using AiTeams.WorkflowEngine.Core.Expressions.Library;

namespace AiTeams.WorkflowEngine.Core.Nodes.Formatting;

/// <summary>One value written for people to read. Null for a value that is not of the kind.</summary>
internal sealed class ValueFormat
{
    private readonly JsonData _configuration;
    private readonly TimeZoneInfo _zone;
    private readonly TimeZoneInfo? _shown;
    private readonly int _digits;
    private readonly (string Group, string Point) _separators;

    /// <exception cref="ExpressionException">A zone there is not.</exception>
    public ValueFormat(JsonData configuration, TimeZoneInfo zone)
    {
        _configuration = configuration;
        _zone = zone;
        if (configuration["timezone"].Text is { Length: > 0 } name)
        {
            _shown = Zones.Find(name) ?? throw new ExpressionException($"There is no time zone '{name}'.", 0) { Parameter = "timezone" };
        }

        var currency = Text("currency", "USD");
        _digits = configuration["decimals"].TryGetInteger(out var digits) ? (int)digits
            : Text("operation", "") == "currency" ? Currencies.Digits(currency) : 2;
        _separators = Separators(Text("number_style", "1,234.56"));
    }

    public string? Write(JsonData value) => Text("operation", "") switch
    {
        "date" => Date(value),
        "number" => Number(value, 1) is { } number ? Text("prefix", "") + number + Text("suffix", "") : null,
        "percent" => Number(value, 100) is { } percent ? percent + "%" : null,
        "currency" => Currency(value),
        "case" => value.IsNull || value.IsArray || value.IsObject ? null : Cased(value.ToDisplayText()),
        "trim" => value.IsNull || value.IsArray || value.IsObject ? null : value.ToDisplayText().Trim(),
        _ => null,
    };

    private string? Date(JsonData value)
    {
        var zone = _shown ?? _zone;
        var read = Text("input_format", "") is { Length: > 0 } pattern
            ? value.Text is { } text ? DatePattern.Read(text, pattern, zone) : null
            : DateReader.Read(value, zone);
        if (read is not { } found)
        {
            return null;
        }

        return _shown is null
            ? DateText.Write(found.Moment, found.Zone, Text("date_format", "yyyy-MM-dd"), 0)
            : DateText.Write(Calendar.In(found.Moment, _shown), _shown, Text("date_format", "yyyy-MM-dd"), 0);
    }

    private string? Number(JsonData value, double times) => Values.TryNumber(value, out var number) && Math.Abs(number) < 1e15
        ? NumberFunctions.Format(number * times, _digits, _separators.Group, _separators.Point)
        : null;

    private string? Currency(JsonData value)
    {
        if (Number(value, 1) is not { } amount)
        {
            return null;
        }

        var code = Text("currency", "USD");
        var isNegative = amount.StartsWith('-');
        var bare = isNegative ? amount[1..] : amount;
        var sign = isNegative ? "-" : "";
        return Text("currency_display", "symbol") switch
        {
            "code" => $"{sign}{bare} {code}",
            // Where the comma is the decimal point, the symbol stands behind.
            _ when _separators.Point == "," => $"{sign}{bare} {Currencies.Symbol(code)}",
            _ => $"{sign}{Currencies.Symbol(code)}{bare}",
        };
    }

    private string Cased(string text) => Text("case", "lower") switch
    {
        "upper" => text.ToUpperInvariant(),
        "title" => NamingFunctions.TitleCase(text),
        "sentence" => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant(),
        "camel" => NamingFunctions.Camel(text, upperFirst: false),
        "pascal" => NamingFunctions.Camel(text, upperFirst: true),
        "snake" => string.Join('_', NamingFunctions.Words(text)),
        "kebab" => string.Join('-', NamingFunctions.Words(text)),
        _ => text.ToLowerInvariant(),
    };

    private string Text(string name, string usual) => _configuration[name].Text ?? usual;

    private static (string, string) Separators(string style) => style switch
    {
        "1.234,56" => (".", ","),
        "1 234,56" => (" ", ","),
        "1'234.56" => ("'", "."),
        "1234.56" => ("", "."),
        "1234,56" => ("", ","),
        _ => (",", "."),
    };
}

/// <summary>What ISO 4217 says of currencies, as far as people write them in a way of their own.</summary>
internal static class Currencies
{
    public static int Digits(string code) => code switch
    {
        "JPY" or "KRW" or "VND" or "CLP" or "ISK" or "UGX" or "XAF" or "XOF" or "XPF" or "PYG" or "RWF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2,
    };

    /// <summary>The sign people write, or the code and a space.</summary>
    public static string Symbol(string code) => code switch
    {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" or "CNY" => "¥",
        "UAH" => "₴",
        "PLN" => "zł",
        "CZK" => "Kč",
        "INR" => "₹",
        "KRW" => "₩",
        "TRY" => "₺",
        "ILS" => "₪",
        "BRL" => "R$",
        "CAD" => "CA$",
        "AUD" => "A$",
        "CHF" => "CHF ",
        _ => code + " ",
    };
}
