using System.Text;
using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Schemas;

/// <summary>A pattern of a schema: written as in JavaScript, matched in linear time.</summary>
internal sealed class SchemaPattern(Pattern pattern)
{
    public bool IsMatch(string text, SchemaCheck check, string pointer)
    {
        check.Spend(pointer, 1 + (text.Length / 8));
        try
        {
            return pattern.IsMatch(text, ignoreCase: false);
        }
        catch (ExpressionException exception)
        {
            throw new SchemaException(exception.Message, pointer);
        }
    }
}

/// <summary>Where JavaScript and .NET read a pattern differently, it is made to mean what it means in JavaScript.</summary>
internal static class EcmaPattern
{
    /// <exception cref="SchemaException">It is no pattern, or one that cannot be matched in linear time.</exception>
    public static SchemaPattern Compile(string source, string pointer)
    {
        try
        {
            return new(Pattern.Compile(Translate(source)));
        }
        catch (ExpressionException exception)
        {
            throw new SchemaException(exception.Message, pointer);
        }
    }

    private static string Translate(string source)
    {
        var made = new StringBuilder(source.Length + 8);
        var isInClass = false;
        for (var at = 0; at < source.Length; at++)
        {
            var letter = source[at];
            if (letter == '\\' && at + 1 < source.Length)
            {
                made.Append(Escaped(source, ref at, isInClass));
                continue;
            }

            isInClass = letter == '[' || (isInClass && letter != ']');
            // In .NET a dollar also stands before a last line break.
            made.Append(letter == '$' && !isInClass ? @"\z" : letter);
        }

        return made.ToString();
    }

    private static string Escaped(string source, ref int at, bool isInClass)
    {
        var letter = source[++at];
        switch (letter)
        {
            case 'd':
                return isInClass ? "0-9" : "[0-9]";
            case 'D' when !isInClass:
                return "[^0-9]";
            case 'w':
                return isInClass ? "A-Za-z0-9_" : "[A-Za-z0-9_]";
            case 'W' when !isInClass:
                return "[^A-Za-z0-9_]";
            case 's':
                return isInClass ? @"\s\uFEFF" : @"[\s\uFEFF]";
            case 'S' when !isInClass:
                return @"[^\s\uFEFF]";
            case 'a' or 'e':
                throw new ExpressionException($@"'\{letter}' is no escape in JavaScript.", at - 1);
            case '/' or '-':
                return letter == '/' ? "/" : @"\-";
            case 'u' when at + 1 < source.Length && source[at + 1] == '{':
                var close = source.IndexOf('}', at);
                if (close > 0 && int.TryParse(source.AsSpan(at + 2, close - at - 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code)
                    && code is >= 0 and <= 0xFFFF)
                {
                    at = close;
                    return $@"\u{code:X4}";
                }

                return @"\u";
            case 'p' or 'P' when at + 1 < source.Length && source[at + 1] == '{':
                var end = source.IndexOf('}', at);
                if (end < 0)
                {
                    return $@"\{letter}";
                }

                var name = source[(at + 2)..end];
                at = end;
                return $@"\{letter}{{{Category(name)}}}";
            default:
                return $@"\{letter}";
        }
    }

    private static string Category(string name) => name switch
    {
        "Letter" or "L" => "L",
        "Lowercase_Letter" => "Ll",
        "Uppercase_Letter" => "Lu",
        "Number" => "N",
        "Decimal_Number" or "digit" => "Nd",
        "Punctuation" or "punct" => "P",
        "Symbol" => "S",
        "Mark" => "M",
        _ => name,
    };
}
