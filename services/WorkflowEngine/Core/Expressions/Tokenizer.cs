using System.Globalization;
using System.Text;

namespace AiTeams.WorkflowEngine.Core.Expressions;

/// <summary>Cuts an expression into tokens, one at a time, so that the parser can read path segments its own way.</summary>
internal sealed class Tokenizer(string source, int start)
{
    private static readonly string[] Symbols =
    [
        "===", "!==", "||", "&&", "==", "!=", ">=", "<=", "=>", "??", "?.", ">", "<", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")", "[", "]", "{",
        "}", ",", ".",
    ];

    /// <summary>Where the next token begins.</summary>
    public int Position { get; set; } = start;

    public Token Next()
    {
        while (Position < source.Length && char.IsWhiteSpace(source[Position]))
        {
            Position++;
        }

        if (Position >= source.Length)
        {
            return new(TokenKind.End, "", source.Length);
        }

        var character = source[Position];
        if (char.IsAsciiDigit(character))
        {
            return ReadNumber();
        }

        if (character is '"' or '\'')
        {
            return ReadText(character);
        }

        if (character == '$' || IsNameStart(character))
        {
            return ReadName();
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, Position, symbol, 0, symbol.Length) == 0)
            {
                Position += symbol.Length;
                return new(TokenKind.Symbol, symbol, Position - symbol.Length);
            }
        }

        throw new ExpressionException($"Unexpected character '{character}'.", Position);
    }

    /// <summary>The segment right after a dot: a name or digits. Null when there is neither.</summary>
    public Token? NextSegment(int from)
    {
        var end = from;
        while (end < source.Length && (IsNamePart(source[end]) || source[end] == '$'))
        {
            end++;
        }

        if (end == from)
        {
            return null;
        }

        Position = end;
        return new Token(TokenKind.Name, source[from..end], from);
    }

    private Token ReadNumber()
    {
        var begin = Position;
        SkipDigits();
        if (Position + 1 < source.Length && source[Position] == '.' && char.IsAsciiDigit(source[Position + 1]))
        {
            Position++;
            SkipDigits();
        }

        if (Position < source.Length && source[Position] is 'e' or 'E')
        {
            var exponent = Position + 1;
            if (exponent < source.Length && source[exponent] is '+' or '-')
            {
                exponent++;
            }

            if (exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                Position = exponent;
                SkipDigits();
            }
        }

        if (Position < source.Length && IsNameStart(source[Position]))
        {
            throw new ExpressionException($"A number may not be followed by '{source[Position]}'.", Position);
        }

        return new(TokenKind.Number, source[begin..Position], begin);
    }

    private void SkipDigits()
    {
        while (Position < source.Length && char.IsAsciiDigit(source[Position]))
        {
            Position++;
        }
    }

    private Token ReadName()
    {
        var begin = Position++;
        while (Position < source.Length && IsNamePart(source[Position]))
        {
            Position++;
        }

        if (source[begin] != '$')
        {
            return new(TokenKind.Name, source[begin..Position], begin);
        }

        return Position - begin > 1
            ? new(TokenKind.Root, source[(begin + 1)..Position], begin)
            : throw new ExpressionException("'$' must be followed by a name.", begin);
    }

    private Token ReadText(char quote)
    {
        var begin = Position++;
        var text = new StringBuilder();
        while (Position < source.Length)
        {
            var character = source[Position++];
            if (character == quote)
            {
                return new(TokenKind.Text, text.ToString(), begin);
            }

            text.Append(character == '\\' ? ReadEscape() : character);
        }

        throw new ExpressionException("The text is not closed by a quote.", begin);
    }

    private char ReadEscape()
    {
        if (Position >= source.Length)
        {
            throw new ExpressionException("The text is not closed by a quote.", source.Length);
        }

        var character = source[Position++];
        switch (character)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u' when Position + 4 <= source.Length
                && ushort.TryParse(source.AsSpan(Position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                Position += 4;
                return (char)code;
            case '\\' or '/' or '"' or '\'':
                return character;
            default:
                throw new ExpressionException($"'\\{character}' is not an escape.", Position - 2);
        }
    }

    private static bool IsNameStart(char character) => character == '_' || char.IsLetter(character);

    private static bool IsNamePart(char character) => character == '_' || char.IsLetterOrDigit(character);
}
